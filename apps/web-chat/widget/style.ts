/** Everything the widget looks like. Colours are variables, so that dark is the same sheet with other values. */
const DARK = `
  --bg: #16171d; --raised: #1f2129; --sunk: #101116; --line: #343743; --ink: #f1f2f6; --soft: #a9adbd;
  --bubble: #272a35; --shadow: 0 24px 60px rgba(0, 0, 0, .55), 0 4px 14px rgba(0, 0, 0, .4); --link: #a5b4fc;
  --bad: #ff9c9c; --bad-bg: #3a1d22; --good: #4ade80; color-scheme: dark;`;

export const STYLE = `
:host { all: initial; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.root {
  --bg: #fff; --raised: #fff; --sunk: #f6f7f9; --line: #e2e4ea; --ink: #15171f; --soft: #5b6072;
  --bubble: #eff0f4; --shadow: 0 24px 60px rgba(20, 22, 40, .22), 0 4px 14px rgba(20, 22, 40, .12); --link: #4338ca;
  --bad: #b42318; --bad-bg: #fef0ee; --good: #15803d; color-scheme: light;
  position: fixed; inset-block-end: 20px; z-index: 2147483000;
  font: 400 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  color: var(--ink); -webkit-font-smoothing: antialiased; text-align: start;
}
.root.right { right: 20px; }
.root.left { left: 20px; }
.root[data-theme="dark"] {${DARK}}
@media (prefers-color-scheme: dark) { .root[data-theme="auto"] {${DARK}} }

button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
a { color: var(--link); text-underline-offset: 2px; }

.launcher {
  position: relative; display: grid; place-items: center; width: 60px; height: 60px; margin-inline-start: auto; padding: 0; border: 0;
  border-radius: 50%; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 8px 24px rgba(20, 22, 40, .28); transition: transform .18s ease, box-shadow .18s ease;
}
.launcher:hover { transform: translateY(-2px); box-shadow: 0 12px 30px rgba(20, 22, 40, .34); }
.launcher svg { grid-area: 1 / 1; width: 28px; height: 28px; transition: opacity .18s ease, transform .18s ease; }
.launcher[aria-expanded="false"] svg:last-of-type, .launcher[aria-expanded="true"] svg:first-of-type { opacity: 0; transform: rotate(-60deg) scale(.6); }
.root.left .launcher { margin-inline: 0 auto; }
.badge {
  position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #d92d20; color: #fff; font: 600 12px/22px system-ui, sans-serif; text-align: center; box-shadow: 0 0 0 2px var(--bg);
}

.panel {
  position: absolute; inset-block-end: 76px; display: flex; flex-direction: column; width: 400px; height: min(680px, calc(100dvh - 116px));
  overflow: hidden; border-radius: 20px; background: var(--bg); box-shadow: var(--shadow), 0 0 0 1px var(--line); animation: rise .22s cubic-bezier(.2, .8, .3, 1);
}
.right .panel { right: 0; transform-origin: bottom right; }
.left .panel { left: 0; transform-origin: bottom left; }
@keyframes rise { from { opacity: 0; transform: translateY(12px) scale(.97); } }
.panel.dropping::after { content: ""; position: absolute; inset: 8px; border: 2px dashed var(--link); border-radius: 14px; pointer-events: none; background: color-mix(in srgb, var(--link) 8%, transparent); }

header { display: flex; align-items: center; gap: 12px; padding: 14px 12px 14px 16px; border-block-end: 1px solid var(--line); background: var(--raised); }
.avatar { display: grid; place-items: center; width: 40px; height: 40px; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 650; font-size: 17px; flex: none; }
.names { flex: 1; min-width: 0; }
h2 { margin: 0; font-size: 16px; font-weight: 650; line-height: 1.25; letter-spacing: -.01em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.state { margin: 2px 0 0; font-size: 13px; line-height: 1.2; color: var(--soft); min-height: 1.2em; }
.state.good::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-inline-end: 6px; border-radius: 50%; background: var(--good); }
.plain { display: grid; place-items: center; width: 40px; height: 40px; padding: 0; border: 0; border-radius: 10px; background: none; color: var(--soft); flex: none; }
.plain:hover { background: var(--sunk); color: var(--ink); }

.log { position: relative; flex: 1; min-height: 0; background: var(--bg); }
.scroller { height: 100%; overflow-y: auto; overscroll-behavior: contain; padding: 16px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.scroller:focus-visible { outline-offset: -2px; }
.greeting { max-width: 85%; margin-block-end: 12px; padding: 10px 14px; border-radius: 18px 18px 18px 6px; background: var(--bubble); width: fit-content; }
.earlier { display: block; margin: 0 auto 12px; padding: 6px 14px; border: 1px solid var(--line); border-radius: 999px; background: var(--raised); color: var(--soft); font-size: 13px; }
.earlier:hover { color: var(--ink); border-color: var(--soft); }
.day { margin: 14px 0 10px; text-align: center; font-size: 12px; font-weight: 550; color: var(--soft); }
.day:first-child { margin-block-start: 0; }
.line { display: flex; flex-direction: column; align-items: flex-start; gap: 6px; margin-block-start: 14px; animation: appear .2s ease; }
.line.follows { margin-block-start: 4px; }
.line.in { align-items: flex-end; }
@keyframes appear { from { opacity: 0; transform: translateY(6px); } }
.bubble { max-width: 85%; padding: 9px 14px; border-radius: 18px; background: var(--bubble); overflow-wrap: anywhere; }
.out > .bubble { border-end-start-radius: 6px; }
.in > .bubble { border-end-end-radius: 6px; background: var(--accent); color: var(--on-accent); }
.in > .bubble a { color: inherit; }
.failed > .bubble { background: var(--bad-bg); color: var(--bad); box-shadow: inset 0 0 0 1px currentColor; }
.meta { display: flex; align-items: center; gap: 4px; padding: 0 4px; font-size: 11.5px; color: var(--soft); font-variant-numeric: tabular-nums; }
.mark svg { display: block; width: 15px; height: 15px; }
.mark.seen { color: var(--link); }
.mark.failed { color: var(--bad); }
.again { display: flex; gap: 12px; padding: 0 4px; }
.again button { padding: 2px 0; border: 0; background: none; color: var(--link); font-size: 13px; font-weight: 600; text-decoration: underline; text-underline-offset: 3px; }

.text strong { font-weight: 650; }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, monospace; padding: .1em .35em; border-radius: 5px; background: color-mix(in srgb, currentColor 10%, transparent); }
pre { margin: 6px 0; padding: 10px 12px; border-radius: 10px; background: var(--sunk); color: var(--ink); overflow-x: auto; box-shadow: inset 0 0 0 1px var(--line); }
pre code { padding: 0; background: none; white-space: pre; overflow-wrap: normal; }

.media { margin: 0; max-width: 85%; overflow: hidden; border-radius: 16px; background: var(--bubble); }
.media.of-audio { width: 85%; background: none; border-radius: 0; }
.media .zoom { display: block; }
.media img { display: block; max-width: 100%; max-height: 280px; min-width: 120px; min-height: 80px; object-fit: cover; background: var(--sunk); }
.media video { display: block; width: 100%; max-height: 280px; background: #000; }
.media audio { display: block; width: 100%; height: 44px; }
figcaption { padding: 8px 14px 10px; overflow-wrap: anywhere; }
.attachment { display: flex; align-items: center; gap: 10px; padding: 11px 14px; color: var(--ink); text-decoration: none; }
a.attachment:hover .title { text-decoration: underline; }
.words { display: flex; flex-direction: column; min-width: 0; flex: 1; text-align: start; }
.title { font-weight: 550; overflow-wrap: anywhere; }
.subtitle { font-size: 13px; color: var(--soft); overflow-wrap: anywhere; }

.actions, .links { display: flex; flex-wrap: wrap; gap: 8px; max-width: 100%; }
.action, .link {
  display: inline-flex; align-items: center; gap: 8px; max-width: 100%; padding: 8px 16px; border: 1.5px solid color-mix(in srgb, var(--link) 45%, var(--line)); border-radius: 999px;
  background: var(--raised); color: var(--link); font-weight: 600; font-size: 14.5px; line-height: 1.3; text-align: start; text-decoration: none; overflow-wrap: anywhere; transition: background .15s ease, border-color .15s ease;
}
.action:hover, .link:hover { background: color-mix(in srgb, var(--link) 9%, var(--raised)); border-color: var(--link); }
.link svg { width: 16px; height: 16px; }
.links { flex-direction: column; align-items: stretch; width: 85%; gap: 6px; }
.links .link { justify-content: space-between; border-radius: 14px; padding: 11px 16px; }
.link.primary, .primary {
  display: flex; align-items: center; justify-content: center; gap: 10px; width: 100%; padding: 11px 16px; border: 0; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 600; font-size: 15px;
}
.link.primary:hover, .primary:hover { background: color-mix(in srgb, var(--accent) 88%, #000); }
.card { display: flex; flex-direction: column; gap: 10px; width: 85%; padding: 14px; border: 1px solid var(--line); border-radius: 16px; background: var(--raised); }
.card small { color: var(--soft); font-size: 12.5px; overflow-wrap: anywhere; }
.payment small { text-align: center; }
.card strong { font-weight: 650; }

.list { margin: 0; padding: 0; list-style: none; }
.item { display: flex; align-items: center; gap: 12px; width: 100%; padding: 11px 12px; border: 0; background: none; text-align: start; line-height: 1.35; }
.item img { width: 48px; height: 48px; border-radius: 10px; object-fit: cover; flex: none; background: var(--sunk); }
.item:hover { background: var(--sunk); }
.item svg { width: 18px; height: 18px; color: var(--soft); }
.list.vertical { width: 92%; overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--raised); }
.list.vertical li + li { border-block-start: 1px solid var(--line); }
.list.vertical .item:focus-visible { outline-offset: -3px; border-radius: 12px; }
.list.horizontal { display: flex; gap: 10px; width: calc(100% + 32px); margin-inline: -16px; padding: 2px 16px 8px; overflow-x: auto; scroll-snap-type: x proximity; scroll-padding-inline: 16px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.list.horizontal:focus-visible { outline-offset: -2px; }
.list.horizontal li { flex: 0 0 200px; scroll-snap-align: start; display: flex; }
.list.horizontal .item { flex-direction: column; align-items: stretch; justify-content: flex-start; gap: 8px; padding: 0 0 12px; overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--raised); }
.list.horizontal .item:hover { border-color: var(--soft); }
.list.horizontal img { width: 100%; height: 116px; border-radius: 0; }
.list.horizontal .words { padding: 0 14px; }
.list.horizontal .item > .words:first-child { padding-block-start: 14px; }

.table { max-width: 100%; overflow-x: auto; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); scrollbar-width: thin; }
table { border-collapse: collapse; font-size: 14px; }
th, td { padding: 9px 14px; text-align: start; vertical-align: top; border-block-end: 1px solid var(--line); }
tbody tr:last-child td { border-block-end: 0; }
th { font-weight: 600; font-size: 13px; color: var(--soft); background: var(--sunk); white-space: nowrap; }

.typing { min-height: 8px; }
.dots { display: inline-flex; gap: 5px; margin-block-start: 12px; padding: 14px 16px; border-radius: 18px; border-end-start-radius: 6px; background: var(--bubble); }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: blink 1.2s infinite ease-in-out; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes blink { 0%, 60%, 100% { opacity: .35; transform: none; } 30% { opacity: 1; transform: translateY(-3px); } }
.newer { position: absolute; inset-block-end: 12px; left: 50%; translate: -50%; display: inline-flex; align-items: center; gap: 6px; padding: 8px 14px; border: 0; border-radius: 999px; background: var(--ink); color: var(--bg); font-size: 13px; font-weight: 600; box-shadow: 0 6px 18px rgba(0, 0, 0, .25); }
.newer svg { width: 16px; height: 16px; }

.notice { padding: 9px 16px; font-size: 13.5px; background: var(--bad-bg); color: var(--bad); }
.notice.calm { background: var(--sunk); color: var(--soft); border-block-start: 1px solid var(--line); }
.composer { padding: 10px 12px 12px; border-block-start: 1px solid var(--line); background: var(--raised); }
.row { display: flex; align-items: flex-end; gap: 6px; padding: 4px; border: 1.5px solid var(--line); border-radius: 24px; background: var(--bg); transition: border-color .15s ease; }
.row:focus-within { border-color: var(--link); box-shadow: 0 0 0 3px color-mix(in srgb, var(--link) 18%, transparent); }
textarea:focus-visible { outline: none; }
.row .plain { border-radius: 50%; }
textarea { flex: 1; min-width: 0; max-height: 140px; padding: 9px 4px; border: 0; background: none; resize: none; outline: none; line-height: 1.45; font-size: 16px; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.send { display: grid; place-items: center; width: 40px; height: 40px; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent); flex: none; transition: background .15s ease, color .15s ease; }
.send:disabled { background: var(--sunk); color: var(--soft); cursor: default; }
.chips { display: flex; flex-direction: column; gap: 6px; margin: 0 0 8px; padding: 0; list-style: none; }
.chips li { display: flex; align-items: center; gap: 10px; padding: 4px 4px 4px 12px; border-radius: 12px; background: var(--sunk); }
.chips .title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chips .failed .subtitle { color: var(--bad); }
.chips .plain { width: 36px; height: 36px; }

:dir(rtl) > .item svg, :dir(rtl) > .link svg, .send:dir(rtl) svg { scale: -1 1; }
@media (max-width: 480px), (max-height: 480px) {
  .root { inset-block-end: 16px; }
  .root.right { right: 16px; }
  .root.left { left: 16px; }
  .panel { position: fixed; inset: 0; width: auto; height: auto; border-radius: 0; padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom); }
  .panel:not([hidden]) ~ .launcher { display: none; }
}
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .bubble, .card, .panel, .launcher { border: 1px solid; } }
`;
