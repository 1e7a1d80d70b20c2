/** One column on a phone, people beside the chat on a wide screen; light or dark as the reader's system says. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f6f5f1; --card: #fff; --ink: #1d2320; --soft: #6b746f; --line: #dfe2dc;
  --in: #fff; --out: #dcf3e3; --accent: #12724a; --mail: #3558a8 }
@media (prefers-color-scheme: dark) { :root { --paper: #141816; --card: #1c211f; --ink: #e8ece9; --soft: #98a39d;
  --line: #303834; --in: #232a27; --out: #17402c; --accent: #58c592; --mail: #8eaaf0 } }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: var(--paper); color: var(--ink);
  display: grid; grid-template-columns: minmax(15rem, 20rem) 1fr; grid-template-rows: auto 1fr; height: 100vh }
header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline;
  padding: .7rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--card) }
h1 { font-size: 1.1rem; margin: 0 } header p { margin: 0; color: var(--soft) }
.open { margin-left: auto; display: flex; gap: .4rem }
input, select, textarea, button, .button { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: .5rem;
  padding: .4rem .6rem; background: var(--card) }
button, .button { cursor: pointer; text-decoration: none } button:hover, .button:hover { border-color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px }
nav { overflow-y: auto; border-right: 1px solid var(--line) }
nav a { display: block; padding: .6rem 1.2rem; color: inherit; text-decoration: none; border-bottom: 1px solid var(--line) }
nav a[aria-current] { background: var(--card); box-shadow: inset 3px 0 var(--accent) }
nav small, h2 small, footer { display: block; color: var(--soft); font-size: .8rem; font-weight: normal }
.kind { float: right; font-size: .72rem; color: var(--accent) } .kind.email { color: var(--mail) }
.unread { background: var(--accent); color: var(--card); border-radius: 1rem; padding: 0 .45rem; margin-left: .4rem; font-size: .75rem }
main { display: flex; flex-direction: column; min-width: 0; min-height: 0; padding: 0 1.2rem 1rem; max-width: 52rem; width: 100% }
h2 { font-size: 1rem; margin: .8rem 0 .4rem }
.lines { flex: 1; overflow-y: auto; display: flex; flex-direction: column; gap: .5rem; padding: .3rem }
article { max-width: min(85%, 34rem); padding: .5rem .8rem; border-radius: .9rem; background: var(--in); align-self: flex-start;
  border: 1px solid var(--line); overflow-wrap: anywhere }
article.out { background: var(--out); align-self: flex-end }
article h3 { font-size: .95rem; margin: 0 0 .2rem } article p { margin: 0; white-space: pre-wrap }
article img { max-width: 100%; border-radius: .6rem; display: block; margin-bottom: .3rem; min-width: 6rem }
.buttons { display: flex; flex-direction: column; gap: .3rem; margin-top: .5rem } .buttons > * { text-align: center; color: var(--accent) }
.buttons small { display: block; color: var(--soft) } .file { color: var(--accent) } .hint { color: var(--soft); padding: 1rem }
.answer { display: grid; grid-template-columns: 1fr auto auto; gap: .4rem; padding-top: .6rem }
.answer input, .answer textarea, .answer output { grid-column: 1 / -1; width: 100% } .answer textarea { resize: vertical }
.answer button { grid-column: auto } .answer button:first-of-type { background: var(--accent); color: var(--card) }
.answer output { color: var(--soft); min-height: 1.4em }
@media (max-width: 46rem) { body { grid-template-columns: 1fr; grid-template-rows: auto auto 1fr } nav { max-height: 30vh; border-right: 0 } }
`;
