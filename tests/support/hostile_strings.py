"""The texts that every printed form is tried with: each has a meaning to some reader of it."""

HOSTILE_TEXTS = (
    # Terminals, and people who read
    "\x1b[31mred", "\x1b]8;;http://a.example\x07link", "\u202eevil\u2066", "\u200b", "\u05d0(b", "\x9b2J",
    "\U0001f469\u200d\U0001f4bb", "yes", "★", "✓", "1/2",
    # HTML and XML
    "</td><td>yes", "<script>alert(1)</script>", "&amp;#9733;", "&#0;", '"x" onload=y', "'", "]]>",
    "<!--", "-->",
    "<![CDATA[x", "\ufffe", "\uffff",
    # Markdown, and what hosts make of it
    "a|b\\|c", "`x`", "`` ` ``", "`a`b`c", "@octocat", "#1", "owner/name#1", "[x](http://a.example)",
    "![x](y)",
    "[x][y", "https://a.example", "www.a.example", ":tada:", "$a$", "~~a~~", "- [ ] a", "deadbeefcafe",
    "&lt;b&gt;",
    "x`|`y", "\\", "a\\",
    # Spreadsheets
    "=HYPERLINK(1)", "; =1+1", "@SUM(1)", "+1", "-1", "\t=1", "a; b",
    # Commands of GitHub
    "::error::x", "::error file=a,line=1::x", "::stop-commands::x", "##[add-mask]x", "x ##[error]y",
    "%0A::error::x",
    "%0a", "%25", "%250A::x", "a,b=c", "a:b", "::", "title=x::y",
    # Templates, and messages with places in them
    "{{", "${{ secrets.X }}", "{0}", "{}", "%s", "$title",
    # Line ends of every kind, and what is no text
    "a\nb", "a\rb", "a\r\nb", "a\x0bb", "a\x0cb", "a\x85b", "a\u2028b", "a\u2029b", "\n", "a\0b",
    "\ud800", "a\udcffb",
    # Long ones
    "a" * 10_000, "[" * 10_000, "`|" * 5_000, "<" * 10_000,
)  # fmt: skip
