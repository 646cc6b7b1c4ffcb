// Answers requests with node-casbin. Arguments: module folder, model, policy. Requests: JSON lines on stdin.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const [folder, model, policy] = process.argv.slice(2);
const { newEnforcer } = createRequire(folder + '/')('casbin');

newEnforcer(model, policy).then((enforcer) => {
  const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
  const answers = lines.map((line) => enforcer.enforceSync(...JSON.parse(line)));
  process.stdout.write(JSON.stringify(answers));
});
