"""A catalog whose scopes ask what the user holds; `scopes` is where they go."""

CATALOG = """
catalog: desk
records: {{separate: true}}
user:
  {{nick: text, gone: text, number: number, gone_number: number, flag: flag, day: date,
    many: list, none: list}}
scopes:
  reach: {{all: {{}}, team: {{within: all, team_id: {{in: user.teams}}}}, my: {{within: team}}}}
  asked:
    all: {{}}
{scopes}
resources:
  inbox: Inbox
  account: Account
  shop: {{title: Shop, within: account}}
permissions:
  create: Create
  show: {{title: Show, scopes: reach}}
  read: {{title: Read, scopes: reach, per: inbox}}
  open: {{title: Open, per: inbox}}
  sell: {{title: Sell, per: shop}}
  find: {{title: Find, hidden: true, per: inbox}}
  look: {{title: Look, per: inbox, implies: find}}
  peek: {{title: Peek, per: inbox, implies: find}}
  ask: {{title: Ask, scopes: asked, aliases: [ask.it]}}
  contacts: {{permissions: {{see: See}}}}
"""
