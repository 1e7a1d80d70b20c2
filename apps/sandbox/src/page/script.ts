/** Answers and presses by the control surface, and a fresh copy of the page's two parts every two seconds. */
export const SCRIPT = `
const chat = document.getElementById('chat');
const part = (root, selector) => root.querySelector(selector);
const scroll = () => { const lines = part(chat, '.lines'); if (lines) lines.scrollTop = lines.scrollHeight; };
async function refresh(follow) {
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  part(document, '#people').innerHTML = part(fresh, '#people').innerHTML;
  const [now, next] = [part(chat, '.lines'), part(fresh, '#chat .lines')];
  if (!now && next) { chat.innerHTML = part(fresh, '#chat').innerHTML; return scroll(); }
  if (!now || !next || now.innerHTML === next.innerHTML) return;
  const atEnd = now.scrollHeight - now.scrollTop - now.clientHeight < 60;
  now.innerHTML = next.innerHTML;
  if (atEnd || follow) scroll();
}
async function post(what, body) {
  const form = part(chat, '.answer');
  const path = ['people', form.dataset.kind, form.dataset.address].map(encodeURIComponent).join('/');
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch('/' + path + '/' + what, { method: 'POST', headers, body: JSON.stringify(body) });
  const told = await answer.json();
  part(form, 'output').textContent = answer.ok ? '' : told.detail;
  if (answer.ok) await refresh(true);
  return answer.ok;
}
chat.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
  if (await post('messages', body)) form.reset();
});
chat.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.press !== undefined) void post('messages', { press: button.dataset.press });
  if (button?.dataset.read !== undefined) void post('read', {});
});
chat.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && event.target.rows === 2) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
scroll();
setInterval(() => { if (!document.hidden) void refresh(false); }, 2000);
`;
