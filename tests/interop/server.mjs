// oidc-provider (a certified OpenID provider) on a free port of 127.0.0.1, with a protected resource of
// its own at /api/me. Ends when its standard input does.
//
// On standard output, each a line of JSON:
//   {"ready": {"issuer": URL, "version": TEXT}}   once, first
//   {"request": {...}}   each request, before it is answered; see recordRequest(). Never a secret.
//   {"event": NAME, ...}   what the server did besides
//   {"done": COMMAND}   a command was carried out; what was said before it has happened before
// Commands on standard input, a line each:
//   ping        only the answer
//   reset       the true time, no orders left; tokens are named from A1 and R1 again
//   advance N   the server's clock goes on by N seconds, for all that expires
//   lose PATH   the next answer at PATH is lost, after all of its work is done
//   hold PATH   from now on requests to PATH wait before they are looked at
//   keep PATH   from now on answers of PATH wait after all of their work is done
//   release     those that wait go on, and later ones do not wait
import * as crypto from 'node:crypto';
import * as http from 'node:http';
import { createRequire } from 'node:module';
import * as readline from 'node:readline';

// The library's remarks on what one should not do with it outside of a test.
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// --- time and orders ---------------------------------------------------------------------------------

const trueNow = Date.now;
let ahead = 0; // milliseconds
Date.now = () => trueNow() + ahead;

let lost; // the path whose next answer is lost
let held; // the path whose requests wait
let kept; // the path whose answers wait
const waiting = []; // how to let them go

// --- the provider ------------------------------------------------------------------------------------

// No connection is closed while a slow test is about to use it.
const server = http.createServer({ keepAliveTimeout: 120_000 });
await new Promise((listening) => {
  server.listen(0, '127.0.0.1', listening);
});
const issuer = `http://127.0.0.1:${server.address().port}`;

const nativeClient = {
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'], // any port, RFC 8252 section 7.3
};
const provider = new Provider(issuer, {
  clients: [
    {
      ...nativeClient,
      client_id: 'tokenflight',
      grant_types: ['authorization_code', 'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code'],
    },
    { ...nativeClient, client_id: 'without-refresh', grant_types: ['authorization_code'] },
    // RFC 6749 section 2.3.1: with Basic both are form-encoded before they are put together.
    ...['basic', 'post'].map((how) => ({
      ...nativeClient,
      token_endpoint_auth_method: `client_secret_${how}`,
      client_id: `confidential:${how}`,
      client_secret: 'a secret+with %41:&=/?',
      grant_types: ['authorization_code', 'refresh_token'],
    })),
  ],
  cookies: { keys: [crypto.randomBytes(32).toString('hex')] },
  clockTolerance: 0, // 15 s by default
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, name: `${id} of oidc-provider`, email: `${id}@example.test` }),
  }),
  features: {
    devInteractions: { enabled: true }, // login and consent pages that take any name
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: 5, RefreshToken: 24 * 60 * 60 },
});

// --- what is written down ----------------------------------------------------------------------------

const names = new Map(); // of tokens: A1, R1, ...
let issued = { A: 0, R: 0 };
const named = (kind) => (token) => {
  issued[kind] += 1;
  names.set(token.jti, `${kind}${issued[kind]}`);
};
provider.on('access_token.saved', named('A'));
provider.on('refresh_token.saved', named('R'));
provider.on('grant.revoked', () => tell({ event: 'grant.revoked' }));
provider.on('server_error', (ctx, error) => console.error(error));

const nameOf = (token, kind) => (token ? names.get(token) ?? `${kind}?` : undefined);
const bearer = (ctx) => /^Bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];

const details = new WeakMap(); // of errors, which the library tells its operator only
for (const place of ['grant', 'authorization', 'device_authorization', 'revocation']) {
  provider.on(`${place}.error`, (ctx, error) => details.set(ctx, error.error_detail));
}

function recordRequest(ctx) {
  const params = ctx.oidc?.params ?? {};
  tell({
    request: {
      method: ctx.method,
      path: ctx._matchedRoute ?? ctx.path,
      status: ctx.status,
      grant_type: params.grant_type?.replace('urn:ietf:params:oauth:grant-type:', ''),
      token: nameOf(params.refresh_token ?? (params.grant_type ? undefined : params.token), 'R')
        ?? nameOf(bearer(ctx), 'A'),
      error: ctx.body?.error,
      detail: details.get(ctx),
    },
  });
}

function wait(event, path) {
  tell({ event, path });
  return new Promise((go) => {
    waiting.push(go);
  });
}

provider.use(async (ctx, next) => {
  if (ctx.path === held) await wait('held', held);
  await next();
  const isLost = ctx.path === lost;
  if (isLost) lost = undefined;
  recordRequest(ctx);
  if (isLost) {
    tell({ event: 'lost', path: ctx.path });
    ctx.respond = false;
    ctx.req.socket.destroy();
  }
  if (ctx.path === kept) await wait('kept', kept);
});

// --- the protected resource --------------------------------------------------------------------------

provider.use(async (ctx, next) => {
  if (ctx.path !== '/api/me') {
    await next();
    return;
  }
  const token = await provider.AccessToken.find(bearer(ctx));
  if (token?.isValid) {
    ctx.body = `protected resources, username: ${token.accountId}`;
  } else { // RFC 6750 section 3
    ctx.status = 401;
    ctx.set('WWW-Authenticate', bearer(ctx) ? 'Bearer error="invalid_token"' : 'Bearer');
    ctx.body = 'not with this token';
  }
});

server.on('request', provider.callback());
const { version } = createRequire(import.meta.url)('oidc-provider/package.json');
tell({ ready: { issuer, version } });

// --- commands ----------------------------------------------------------------------------------------

const commands = {
  ping() {},
  reset() {
    commands.release();
    ahead = 0;
    lost = undefined;
    names.clear();
    issued = { A: 0, R: 0 };
  },
  advance(seconds) {
    ahead += Number(seconds) * 1000;
  },
  lose(path) {
    lost = path;
  },
  hold(path) {
    held = path;
  },
  keep(path) {
    kept = path;
  },
  release() {
    held = undefined;
    kept = undefined;
    waiting.splice(0).forEach((go) => go());
  },
};
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  commands[command](argument);
  tell({ done: line });
}
process.exit();
