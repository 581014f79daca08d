import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import type { HttpServer } from '../../../runtime/hosts/http/listen.ts';
import { listen, placeOf } from '../../../runtime/hosts/http/listen.ts';
import { serveHttp, TOKEN } from '../../support/hosts/http.ts';
import { answering } from '../../support/hosts/invokes.ts';

const connect = async ({ url }: HttpServer) => {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

/** What a server answers to bytes, up to the end of the connection. */
async function exchange(server: HttpServer, ...bytes: string[]): Promise<string> {
  const socket = await connect(server);
  for (const each of bytes) socket.write(each);
  let text = '';
  for await (const part of socket) text += part;
  return text;
}

const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

describe('the HTTP server', () => {
  let server: HttpServer;
  let call: Awaited<ReturnType<typeof serveHttp>>['call'];
  let finish: () => void;

  beforeEach(async () => {
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    ({ server, call } = await serveHttp(
      answering(async (name) => {
        if (name === 'memory.list') await finished;
        return name;
      }),
    ));
  });

  afterEach(() => server.close());

  const end = 'Connection: close\r\n\r\n';

  describe('is called by the names of this machine alone', () => {
    const allowed = ['127.0.0.1', '127.0.0.1:80', 'localhost:4000', 'LOCALHOST', '[::1]:9', '127.1'];
    for (const host of allowed) {
      it(`as "${host}"`, async () => {
        assert.equal(status(await exchange(server, `GET /health HTTP/1.1\r\nHost: ${host}\r\n${end}`)), 200);
      });
    }
    const foreign = [
      'evil.test',
      'evil.test:80',
      'localhost.evil.test',
      '127.0.0.1.evil.test',
      '10.0.0.1',
      '[::2]',
    ];
    for (const host of foreign) {
      it(`not as "${host}", not even with the token`, async () => {
        const lines = `Host: ${host}\r\nAuthorization: Bearer ${TOKEN}\r\n${end}`;
        assert.equal(status(await exchange(server, `GET /health HTTP/1.1\r\n${lines}`)), 403);
        assert.equal(status(await exchange(server, `GET /v1/functions HTTP/1.1\r\n${lines}`)), 403);
      });
    }
  });

  const malformed: [string, string][] = [
    ['no host', 'GET /health HTTP/1.0\r\n\r\n'],
    ['an empty host', `GET /health HTTP/1.1\r\nHost:\r\n${end}`],
    ['a host with a person in it', `GET /health HTTP/1.1\r\nHost: localhost@evil.test\r\n${end}`],
    ['a host with a path in it', `GET /health HTTP/1.1\r\nHost: localhost/x\r\n${end}`],
    ['a port out of range', `GET /health HTTP/1.1\r\nHost: localhost:99999\r\n${end}`],
    ['a whole URL', `GET http://evil.test/health HTTP/1.1\r\nHost: localhost\r\n${end}`],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\nHost: localhost\r\n${end}`],
    ['a method that fetch does not know', `TRACE /health HTTP/1.1\r\nHost: localhost\r\n${end}`],
    ['no HTTP', 'hello\r\n\r\n'],
    [
      'two lengths',
      `POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n${end}`,
    ],
  ];
  for (const [what, bytes] of malformed) {
    it(`refuses a request with ${what}`, async () => {
      assert.equal(status(await exchange(server, bytes)), 400);
      assert.equal((await call('status')).status, 200);
    });
  }

  it('takes an address that begins like a host for a path', async () => {
    const answer = await exchange(
      server,
      `GET //evil.test/health HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n${end}`,
    );
    assert.equal(status(answer), 404);
  });

  it('serves one request after the other on a connection, after a refused one too', async () => {
    const head = `POST /v1/functions/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    const json = 'Content-Type: application/json\r\n';
    const answers = await exchange(
      server,
      `${head}Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello`,
      `${head}${json}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
      '1\r\n}\r\n0\r\n\r\n',
      `${head}${json}Content-Length: 9999999\r\n\r\n${' '.repeat(9_999_999)}`,
      `${head}${json}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 50 }, () => `10000\r\n${' '.repeat(65_536)}\r\n`),
      '0\r\n\r\n',
      `${head}${json}Content-Length: 2\r\n${'Connection: close\r\n'}\r\n{}`,
    );
    assert.deepEqual(
      [...answers.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, code]) => code),
      ['415', '200', '413', '413', '200'],
    );
  });

  it('lives on when a client leaves in the middle of its body', async () => {
    const socket = await connect(server);
    socket.write(
      `POST /v1/functions/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
    );
    assert.equal((await call('status')).status, 200);
    socket.destroy();
    await once(socket, 'close');
    assert.equal((await call('status')).status, 200);
  });

  it('takes no new calls while it drains, and lets those under way finish', async () => {
    const slow = call('memory.list');
    assert.equal((await call('status')).status, 200);
    const begun = performance.now();
    const drained = server.drain(15_000);
    await assert.rejects(call('status'), TypeError);
    finish();
    assert.equal(await (await slow).json(), 'memory.list');
    await drained;
    assert.ok(performance.now() - begun < 2_000, 'it waited for a connection that is kept');
  });

  it('does not wait longer than it is told, and then ends what is left', async () => {
    const slow = call('memory.list');
    slow.catch(() => {});
    assert.equal((await call('status')).status, 200);
    await server.drain(1);
    await server.close();
    await assert.rejects(slow, TypeError);
  });

  it('does not share its port', async () => {
    const port = Number(new URL(server.url).port);
    const options = { handle: async () => new Response(), address: '127.0.0.1', port, onError: () => {} };
    await assert.rejects(listen(options), { code: 'EADDRINUSE' });
  });

  it('closes twice without harm', async () => {
    await server.close();
    await server.close();
  });
});

describe('the place of a server', () => {
  it('is this machine alone for loopback addresses, and knows its names', async () => {
    assert.deepEqual(await placeOf('127.0.0.2'), {
      address: '127.0.0.2',
      loopback: true,
      hosts: ['127.0.0.1', 'localhost', '[::1]', '127.0.0.2'],
    });
    const place = await placeOf('::1');
    assert.deepEqual([place.address, place.loopback], ['::1', true]);
    assert.equal((await placeOf('localhost')).loopback, true);
  });

  it('is open for any other, under any name', async () => {
    assert.deepEqual(await placeOf('0.0.0.0'), { address: '0.0.0.0', loopback: false });
    assert.deepEqual(await placeOf('::'), { address: '::', loopback: false });
  });
});
