CREATE TABLE old_casbin_rule (
  id INTEGER NOT NULL,
  ptype VARCHAR(255) NOT NULL,
  v0 VARCHAR(255),
  v1 VARCHAR(255),
  v2 VARCHAR(255),
  v3 VARCHAR(255),
  v4 VARCHAR(255),
  v5 VARCHAR(255),
  PRIMARY KEY (id)
);
CREATE INDEX ix_old_casbin_rule_v0 ON old_casbin_rule (v0, ptype);
CREATE INDEX ix_old_casbin_rule_v2 ON old_casbin_rule (v2, ptype);
CREATE UNIQUE INDEX uq_old_casbin_rule ON old_casbin_rule (ptype, coalesce(v0, ''), coalesce(v1, ''), coalesce(v2, ''), coalesce(v3, ''), coalesce(v4, ''), coalesce(v5, ''));
CREATE TABLE old_rolegate_change (
  domain VARCHAR(255) NOT NULL,
  number INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  at DATETIME NOT NULL,
  salt VARCHAR(64),
  content TEXT,
  digest VARCHAR(64) NOT NULL,
  link VARCHAR(64) NOT NULL,
  PRIMARY KEY (domain, number)
);
CREATE TABLE old_rolegate_domain (
  name VARCHAR(255) NOT NULL,
  within VARCHAR(255),
  revision INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  head VARCHAR(64) NOT NULL,
  PRIMARY KEY (name)
);
CREATE INDEX ix_old_rolegate_domain_changed ON old_rolegate_domain (changed);
CREATE INDEX ix_old_rolegate_domain_within ON old_rolegate_domain (within);
CREATE TABLE old_rolegate_file (
  name VARCHAR(255) NOT NULL,
  text TEXT NOT NULL,
  digest VARCHAR(64) NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE old_rolegate_item (
  domain VARCHAR(255) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  "key" VARCHAR(255) NOT NULL,
  document TEXT NOT NULL,
  reading TEXT,
  digest VARCHAR(64) NOT NULL,
  owner VARCHAR(16) NOT NULL,
  revision INTEGER NOT NULL,
  compiler INTEGER NOT NULL,
  PRIMARY KEY (domain, kind, "key")
);
CREATE TABLE old_rolegate_store (
  id SMALLINT NOT NULL,
  layout INTEGER NOT NULL,
  compiler INTEGER NOT NULL,
  catalog TEXT NOT NULL,
  revision INTEGER NOT NULL,
  files_revision INTEGER NOT NULL,
  source TEXT,
  digest VARCHAR(64) NOT NULL,
  next_moment DATETIME,
  PRIMARY KEY (id)
);
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'team:acme-emea/sales', 'role:clerk', 'acme-emea');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:ana', 'role:owner', 'acme');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:ana', 'role:owner', 'acme-emea');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:bo', 'role:clerk', 'beta');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:cy', 'team:acme-emea/sales', 'acme-emea');
INSERT INTO old_casbin_rule (ptype, v0, v1) VALUES ('g2', ':full', '*');
INSERT INTO old_casbin_rule (ptype, v0, v1) VALUES ('g2', 'acme', '*');
INSERT INTO old_casbin_rule (ptype, v0, v1) VALUES ('g2', 'acme-emea', '*');
INSERT INTO old_casbin_rule (ptype, v0, v1) VALUES ('g2', 'beta', '*');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', '*', 'role:clerk', '-', 'tickets.read', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', '*', 'role:owner', '-', 'access.manage', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', '*', 'role:owner', '-', 'tickets.read', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', '*', 'role:owner', '-', 'tickets.write', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', '-', '-', '-', '-', '-', 'deny');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'beta', 'user:bo', '-', 'tickets.write', '-', 'deny');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'acme', 'role:acme/lead', '-', 'tickets.read', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'acme-emea', 'role:acme/lead', '-', 'tickets.read', '-', 'allow');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:di', 'role:acme/lead', 'acme');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:di', 'role:acme/lead', 'acme-emea');
INSERT INTO old_casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:eve', 'role:owner', 'gamma');
INSERT INTO old_casbin_rule (ptype, v0, v1) VALUES ('g2', 'gamma', '*');
INSERT INTO old_rolegate_change (domain, number, revision, at, salt, content, digest, link) VALUES ('acme', 1, 2, '2026-11-29 18:46:56.268000', 'd03ec60649492ff2f05a2d4c6d582d3b', '{"actor":{"user":"ana"},"changes":[{"after":{"domain":"acme","grants":["tickets.read","tickets.export"],"role":"lead"},"before":null,"kind":"role"}],"history":"change"}', 'c47c155380d3b81766747f0292fc553a802009ca1305adc068a8c0e2d865079f', 'fb5e23b98c155488ac63c7939b86a4f46fb424b3f3f3bd72b9efe91b39b1d27a');
INSERT INTO old_rolegate_change (domain, number, revision, at, salt, content, digest, link) VALUES ('acme', 2, 3, '2026-11-29 18:46:56.279000', '9a6d17046a5cce90f77e3827eb0fd557', '{"actor":{"user":"ana"},"changes":[{"after":{"domain":"acme","role":"lead","user":"di"},"before":null,"kind":"line"}],"history":"change","reason":"she leads"}', 'ec7b4692b58ac911741de14acc6afca9c801cb2dbd619fdcb329be2aa601f919', 'f631d7e7e5eb6c5603767232d1fd72382533f2249ab382458942d8a3bb6aa899');
INSERT INTO old_rolegate_change (domain, number, revision, at, salt, content, digest, link) VALUES ('gamma', 1, 1, '2026-11-29 18:46:56.293000', '8ce7f22d1bb9c2e7228fff1228fd0548', '{"actor":{"system":"sign-up"},"changes":[{"after":{"domain":"gamma"},"before":null,"kind":"domain"},{"after":{"domain":"gamma","role":"owner","user":"eve"},"before":null,"kind":"line"}],"history":"change"}', 'd47d4b0b69718c3cfa31740122e493bdf590927aef6ca1f6c437d6910a090c7d', '023db41fde59938f6f8542493383b15c8c7975b93849d17fdbecdcb67f7eacd4');
INSERT INTO old_rolegate_change (domain, number, revision, at, salt, content, digest, link) VALUES ('gamma', 2, 2, '2026-11-29 18:46:56.312000', '641b17fa0e6dbc9182b25fa3a6bd8f95', '{"actor":{"user":"eve"},"changes":[{"after":{"domain":"gamma","from":"2098-01-01","role":"clerk","user":"flo"},"before":null,"kind":"line"}],"history":"change"}', '8f6721ff90d724cf272321997b80ba5a8247f89a697dfb8e9a38e66f5a1f05e4', '373555f44996d7ed3172610e40cc9d963ddec50a46f1387f47f7dff42d683152');
INSERT INTO old_rolegate_domain (name, revision, changed, entries, head) VALUES ('', 2, 6, 0, '');
INSERT INTO old_rolegate_domain (name, revision, changed, entries, head) VALUES ('acme', 4, 6, 2, 'f631d7e7e5eb6c5603767232d1fd72382533f2249ab382458942d8a3bb6aa899');
INSERT INTO old_rolegate_domain (name, within, revision, changed, entries, head) VALUES ('acme-emea', 'acme', 4, 6, 0, '');
INSERT INTO old_rolegate_domain (name, revision, changed, entries, head) VALUES ('beta', 1, 1, 0, '');
INSERT INTO old_rolegate_domain (name, revision, changed, entries, head) VALUES ('gamma', 2, 5, 2, '373555f44996d7ed3172610e40cc9d963ddec50a46f1387f47f7dff42d683152');
INSERT INTO old_rolegate_file (name, text, digest) VALUES ('catalog.yaml', 'catalog: desk
custom_roles: {manage: access.manage}
permissions:
  access: {title: Access, permissions: {manage: Manage}}
  tickets: {title: Tickets, permissions: {read: Read, write: Write}}
removed: {tickets.export: {becomes: []}}
', 'b80ea9c55116a75ad553e413e5c0bf57997e67497a2d5e856a412579f1d2d588');
INSERT INTO old_rolegate_file (name, text, digest) VALUES ('former/000000000005.yaml', 'catalog: desk
custom_roles: {manage: access.manage}
permissions:
  access: {title: Access, permissions: {manage: Manage}}
  tickets: {title: Tickets, permissions: {read: Read, write: Write, export: Export}}
', '8e5b21c382c57850816dca05a769638ab5fee5124f128302dd50302acd4455b6');
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('', 'role', 'clerk', '{"grants":["tickets.read"],"role":"clerk"}', '8e96ad05b457c1d8af613c123811fe8a2595d14b570bd0e9126f6665d8eea7bd', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('', 'role', 'owner', '{"grants":["*"],"role":"owner"}', '266e25e1e3c62992ea74095e4cb65af7c491ba6fdce5f25ca0ea8ee3bc919b6d', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme', 'binding', 'b373cbcf4d9dbf8b0557d448ef4ab4475377bb042a2682552961eda93118f67b', '{"domain":"acme","role":"lead","user":"di"}', 'b373cbcf4d9dbf8b0557d448ef4ab4475377bb042a2682552961eda93118f67b', 'run time', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme', 'binding', 'dfcef5ad3195869a32e5a6a184e74d3366ee0d97411711a860f23dffeed2ec30', '{"domain":"acme","role":"owner","user":"ana"}', 'dfcef5ad3195869a32e5a6a184e74d3366ee0d97411711a860f23dffeed2ec30', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme', 'domain', 'acme', '{"domain":"acme"}', 'bde7d20f61d178c6c83562389a956812822232bc47547f718db9ab624008071b', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, reading, digest, owner, revision, compiler) VALUES ('acme', 'role', 'lead', '{"domain":"acme","grants":["tickets.read","tickets.export"],"role":"lead"}', '{"domain":"acme","grants":["tickets.read"],"role":"lead"}', 'a953f889aea2c47d748534562f4197023e7c681bab3373e3cbb42adebcb67b46', 'run time', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme-emea', 'binding', '365a46dda83ca428913e71a24f7a4dfdee348bfabb18223269af2b8544d1a41a', '{"domain":"acme-emea","role":"clerk","team":"sales"}', '365a46dda83ca428913e71a24f7a4dfdee348bfabb18223269af2b8544d1a41a', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme-emea', 'domain', 'acme-emea', '{"domain":"acme-emea","within":"acme"}', '271145060aac4658b4c840708a97e25e743d89969da60a5f1537f333c6c54eec', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('acme-emea', 'team', 'sales', '{"domain":"acme-emea","members":["cy"],"team":"sales"}', '2b236793917fb52c425fa75bee2afdb7a5867515d5cec525e422957d47749187', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('beta', 'binding', '4971c1ec194a31ce7f5d1bf9700cb8860275f180d5ff0e7cfcb2a21caeeb1b91', '{"domain":"beta","role":"clerk","until":"2099-01-01","user":"bo"}', '4971c1ec194a31ce7f5d1bf9700cb8860275f180d5ff0e7cfcb2a21caeeb1b91', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('beta', 'domain', 'beta', '{"domain":"beta"}', '2dc65f92aa6157e4c510139876cc680ad80cdb66d444677774fc877869d8d298', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('beta', 'restriction', '3ca83d77c4ffce2bc39945636c7e55c3115959becf8a98b3cf2631fc461f74b8', '{"domain":"beta","restrict":["tickets.write"],"user":"bo"}', '3ca83d77c4ffce2bc39945636c7e55c3115959becf8a98b3cf2631fc461f74b8', 'files', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('gamma', 'binding', '5bf5d4ee6c904d34b3ae17d34655170f9e39443fb17f6fe3257ed514c4f00f98', '{"domain":"gamma","role":"owner","user":"eve"}', '5bf5d4ee6c904d34b3ae17d34655170f9e39443fb17f6fe3257ed514c4f00f98', 'run time', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('gamma', 'binding', 'ef959e6302c6729ea5002830d73f3f662ba4685c5089c1f1627cf38535b14cf5', '{"domain":"gamma","from":"2098-01-01","role":"clerk","user":"flo"}', 'ef959e6302c6729ea5002830d73f3f662ba4685c5089c1f1627cf38535b14cf5', 'run time', 1, 2);
INSERT INTO old_rolegate_item (domain, kind, "key", document, digest, owner, revision, compiler) VALUES ('gamma', 'domain', 'gamma', '{"domain":"gamma"}', '68f9bf08dffb3ba353ee83f5b6a6e00638e80d420a20b67e44fee0dd81cba03a', 'run time', 1, 2);
INSERT INTO old_rolegate_store (id, layout, compiler, catalog, revision, files_revision, source, digest, next_moment) VALUES (1, 1, 2, 'desk', 6, 6, 'desk', 'ca2a5d37849033b89f2198d892218f37cb2a7ce2efa4b449719e010dde331f23', '2098-01-01 00:00:00.000000');
