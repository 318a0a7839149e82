import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const PAGE = new URL('public/index.html', import.meta.url);

/** A server with one page, which shows a charging session of Charge, and the data of this page. The key stays here. */
export function createApp({ CHARGE_URL, CHARGE_SECRET_KEY } = process.env) {
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://app');
    const session = /^\/api\/sessions\/(\w+)$/.exec(pathname)?.[1];
    if (session) {
      const headers = { Authorization: `Bearer ${CHARGE_SECRET_KEY}` };
      const answer = await fetch(`${CHARGE_URL}/charging_sessions/${session}`, { headers });
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
    } else if (pathname === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(await readFile(PAGE));
    } else {
      response.writeHead(404).end();
    }
  });
}

if (process.argv[1] === import.meta.filename) {
  createApp().listen(3000, () => console.log('Open http://localhost:3000/?session=cs_…'));
}
