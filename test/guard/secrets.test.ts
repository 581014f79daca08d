import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSecretPath, redact } from '../../runtime/guard/secrets.ts';

/** Made of a seed, so that no text here looks like a key to tools that scan this file. */
const run = (length: number, alphabet = 'Ab3dEf7hIj1kLm9nOp5qRs2tUv8wXy4z') =>
  Array.from({ length }, (_, i) => alphabet[(i * 7 + 3) % alphabet.length]).join('');
const hex = (length: number) => run(length, '0a1b2c3d4e5f6789');
const upper = (length: number) => run(length, 'ABCD2EFG3HIJ4KLM5NOP6QRS7TUVWXYZ');
const base64Lines = (lines: number) => Array.from({ length: lines }, () => `${run(62)}+/`).join('\n');
const begin = (type: string) => `-----BEGIN ${type}-----`;
const end = (type: string) => `-----END ${type}-----`;
const RSA = 'RSA PRIVATE KEY';

/** What surrounds the secret, the secret, what follows it. */
const positives: [string, string, string, string?][] = [
  ['GitHub token', '', `ghp_${run(36)}`],
  ['GitHub token', 'token: ', `gho_${run(36)}`, ' # old'],
  ['GitHub token', 'git clone https://x-access-token:', `ghs_${run(36)}`, '@github.com/a/b'],
  ['GitHub token', '"', `github_pat_${run(22)}_${run(59)}`, '"'],
  ['GitHub token', '"first line\\n', `ghp_${run(36)}`, '"'],
  ['GitLab token', 'PRIVATE-TOKEN: ', `glpat-${run(20)}`],
  ['GitLab token', '', `glpat-${run(27)}.01.${run(9)}`],
  ['GitLab token', '', `glrt-${run(20)}`],
  ['Slack token', '', `xoxb-123456789012-${run(24)}`],
  ['Slack token', '', `xapp-1-A012-${run(30)}`],
  ['npm token', '//registry.example.org/:_authToken=', `npm_${run(36)}`],
  ['PyPI token', '', `pypi-${run(60)}`],
  ['API key', 'const client = new OpenAI({ apiKey: "', `sk-${run(48)}`, '" })'],
  ['API key', '', `sk-proj-${run(24)}-${run(24)}`],
  ['API key', '', `sk-ant-api03-${run(40)}`],
  ['API key', '', `gsk_${run(52)}`],
  ['Hugging Face token', '', `hf_${run(34)}`],
  ['AWS key', 'aws_access_key_id = ', `AKIA${upper(16)}`],
  ['AWS key', '', `ASIA${upper(16)}`],
  ['Google key', 'key=', `AIza${run(35)}`, '&v=3'],
  ['Google key', '', `GOCSPX-${run(28)}`],
  ['Google token', '', `ya29.${run(60)}`],
  ['Stripe key', '', `sk_live_${run(24)}`],
  ['Stripe key', '', `rk_test_${run(24)}`],
  ['webhook secret', '', `whsec_${run(32)}`],
  ['SendGrid key', '', `SG.${run(22)}.${run(43)}`],
  ['DigitalOcean token', '', `dop_v1_${hex(64)}`],
  ['Shopify token', '', `shpat_${hex(32)}`],
  ['Vault token', '', `hvs.${run(30)}`],
  ['Databricks token', '', `dapi${hex(32)}`],
  ['Linear key', '', `lin_api_${run(40)}`],
  ['Atlassian token', '', `ATATT3${run(60)}`],
  ['Grafana token', '', `glsa_${run(32)}_1a2b3c4d`],
  ['New Relic key', '', `NRAK-${upper(27)}`],
  ['Telegram token', 'bot', `123456789:AA${run(33)}`],
  ['age key', '', `AGE-SECRET-KEY-1${upper(58)}`],
  ['JSON web token', 'Cookie: session=', `eyJ${run(20)}.eyJ${run(40)}.${run(43)}`],
  ['password', 'postgres://app:', 's3cr3t', '@db.local:5432/main'],
  ['password', 'redis://:', 'hunter2', '@localhost'],
  ['password', 'password = "', 'correct-horse!', '"'],
  ['password', "  password: '", 'hunter2', "',"],
  ['password', 'DB_PASSWORD := "', 'letmein', '"'],
  ['password', `os.environ['PASSWORD'] = '`, 'tr0ub4dor', `'`],
  ['password', '{"passphrase": "', 'Tr0ub4dor&3', '"}'],
  ['password', '("pwd", "', 'x9!kk2', '")'],
  ['secret', 'client_secret: "', run(32), '"'],
  ['secret', "api-key => '", hex(32), "'"],
  ['secret', 'aws_secret_access_key = ', `${run(38)}/+`],
  ['secret', 'export API_KEY=', hex(20)],
  ['secret', 'POSTGRES_PASSWORD=', 'postgres'],
  ['secret', 'docker run -e TOKEN=', 'abc123', ' image'],
  ['secret', 'password: ', 's3cr3t-P@ss', ''],
  ['secret', 'db.password=', 'Sup3r!Secret', ''],
  ['credentials', 'Authorization: Bearer ', run(40)],
  ['credentials', `'Authorization': 'Basic `, `${run(24)}==`, `'`],
  ['credentials', 'Use Bearer ', `${run(24)}`],
  ['password', 'curl -s -u admin:', 'hunter2secret', ' https://db.local'],
  ['password', 'mysqldump --password=', 'hunter2x9', ' main'],
  ['password', 'login --password ', 'hunter2x9'],
  ['password', 'Server=db;Uid=app;Pwd=', 'hunterdragon', ';Pooling=true'],
  ['password', 'postgres://app:', 's3@cr3t', '@db.local/main'],
  ['password', '  password: ', 'hunter2x9'],
  ['password', '{\\"password\\":\\"', 'hunter2x9', '\\"}'],
  ['password', '<password>', 'hunter2x9', '</password>'],
  ['password', 'machine db.local login app password ', 'letmein'],
  ['password', 'The password is ', 'hunter2x9', '.'],
  ['password', 'the api key for staging is ', hex(32)],
  ['secret', 'DB_PASS=', 'hunter2'],
  ['secret', 'DB_PASSWORD="', 'correct horse battery', '"'],
  ['credentials', '//registry.example.org/:_auth=', 'dXNlcjpwYXNzd29yZDEyMw=='],
  ['signature', 'https://store.example.org/a?sv=1&sig=', `${run(20)}%3D`],
  ['cookie', "curl -H 'cookie: ", `session=${run(24)}`, "'"],
  ['account key', 'AccountName=a;AccountKey=', `${run(86)}==`, ';EndpointSuffix=x'],
  ['webhook', 'https://hooks.slack.com/services/', `T00000000/B00000000/${run(24)}`],
  ['webhook', 'https://discord.com/api/webhooks/123456789012345678/', run(68)],
];

const negatives: string[] = [
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.',
  `commit ${hex(40)}`,
  `sha256:${hex(64)}`,
  `"integrity": "sha512-${run(86)}=="`,
  '123e4567-e89b-12d3-a456-426614174000',
  `data:image/png;base64,iVBORw0KGgo${run(200)}==`,
  `<img src="data:image/gif;base64,R0lGOD${run(60)}">`,
  'const token = await getToken(user);',
  'const password = process.env.DB_PASSWORD;',
  'password: z.string().min(8),',
  "password: 'Password',",
  "{ label: 'Password', type: 'password' }",
  '<input type="password" name="password" autocomplete="current-password">',
  'password = "required"',
  'apiKey: process.env.OPENAI_API_KEY ?? "",',
  'api_key = os.getenv("API_KEY")',
  `API_KEY=$${'{API_KEY}'}`,
  'API_KEY=$API_KEY npm start',
  'API_KEY=<your key>',
  'api_key: "your-api-key-123"',
  'token: "xxxxxxxxxxxxxxxx"',
  'secret: "****************"',
  'PWD=/home/app/src',
  "const pwd = '/usr/local/bin';",
  'if (token === undefined) throw new Error("no token");',
  'tokens: 12345678,',
  'max_tokens = 100000000',
  "import { token } from './token.ts';",
  "secretName: 'database-credentials'",
  'interface Secret { secret: string; token: string }',
  "tokenType: 'bearer'",
  'class="sk-folding-cube sk-folding-cube-animation-large-centered"',
  'risk-assessment-for-the-second-quarter-2024',
  'https://example.com:8080/path?q=1@2',
  'http://localhost:11434/api/tags',
  'git@github.com:owner/repo.git',
  'mailto:someone@example.com',
  'npm:@scope/name@1.2.3',
  `postgres://user:$${'{PASSWORD}'}@localhost/db`,
  'postgres://user:<password>@localhost/db',
  `Authorization: Bearer $${'{token}'}`,
  'headers.set("authorization", `Bearer $' + '{key}`)',
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${run(43)} me@host`,
  `${begin('CERTIFICATE')}\n${base64Lines(3)}\n${end('CERTIFICATE')}`,
  `${begin('PUBLIC KEY')}\n${base64Lines(3)}\n${end('PUBLIC KEY')}`,
  `if (text.startsWith('${begin(RSA)}') && text.endsWith('${end(RSA)}')) return parse(text);`,
  'AKIA is the prefix of such a key',
  'eyJ is how an encoded "{" begins',
  'version = "1.2.3-beta.4"',
  'keyboard: "qwerty123"',
  '#ff00aa #123456',
  'rgba(0, 0, 0, 0.5)',
  'primaryKey: "id1234567"',
  'token = tokens[index2];',
  'password=hash(password1)',
  'foo.secret = bar2.secretValue;',
  'docker run --user 1000:1000 image',
  'The token is base64-encoded, the password is sha256-hashed.',
  'login --password PASSWORD --token <token>',
  'password: string2,',
  'const [password, setPassword] = useState("");',
  "document.cookie: 'theme'",
  'TITLE="Enter your password"',
];

describe('redaction of secrets', () => {
  for (const [kind, before, secret, after = ''] of positives) {
    it(`takes out a ${kind}: ${before}…`, () => {
      const { text, found } = redact(`first\n${before}${secret}${after}\nlast`);
      assert.equal(text, `first\n${before}[redacted: ${kind}]${after}\nlast`);
      assert.deepEqual(found, [kind]);
    });
  }

  for (const text of negatives) {
    it(`leaves alone: ${text.slice(0, 60).replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(redact(text), { text, found: [] });
    });
  }

  it('has a corpus of at least 40 each', () => {
    assert.ok(positives.length >= 40 && negatives.length >= 40);
  });

  describe('private keys', () => {
    for (const type of [
      RSA,
      'PRIVATE KEY',
      'OPENSSH PRIVATE KEY',
      'ENCRYPTED PRIVATE KEY',
      'PGP PRIVATE KEY BLOCK',
    ]) {
      it(`takes out a ${type} and keeps the lines`, () => {
        const { text } = redact(`a\n${begin(type)}\n${base64Lines(3)}\n${end(type)}\nb`);
        assert.equal(text, 'a\n[redacted: private key]\n\n\n\n\nb');
      });
    }

    it('takes out one in a string with escaped line breaks', () => {
      const key = `${begin(RSA)}\\n${run(64)}\\n${end(RSA)}\\n`;
      assert.equal(redact(`{"private_key": "${key}"}`).text, '{"private_key": "[redacted: private key]\\n"}');
    });

    it('takes out one that lost its end, and nothing after it', () => {
      const { text } = redact(`${begin(RSA)}\r\nProc-Type: 4,ENCRYPTED\r\n${run(64)}\r\nconst a = { b: 1 };`);
      assert.equal(text, '[redacted: private key]\r\n\r\n\r\nconst a = { b: 1 };');
    });

    for (const mark of ['12: ', '// ', '# ', '+', '-', '| ']) {
      it(`takes out one that lost its end, each line after ${JSON.stringify(mark)}`, () => {
        const lines = [begin(RSA), ...base64Lines(3).split('\n')].map((line) => `${mark}${line}`).join('\n');
        assert.ok(!redact(`${lines}\nconst a = { b: 1 };`).text.includes(run(20)));
      });
    }

    it('takes out several, closed or not', () => {
      const open = `${begin(RSA)}\n${run(64)}\n`;
      assert.equal(redact(`${open}${open}${end(RSA)}`).found.length, 2);
    });
  });

  const fragment = fc.oneof(
    fc.constantFrom(...positives.map(([, before, secret, after]) => `${before}${secret}${after ?? ''}`)),
    fc.constantFrom(...positives.map(([, , secret]) => secret)),
    fc.constantFrom(...negatives),
    fc.constantFrom(
      begin(RSA),
      end(RSA),
      '\n',
      '\r\n',
      ' ',
      '"',
      "'",
      ':',
      '=',
      '@',
      '://',
      '\\n',
      'password',
      'token=',
    ),
    fc.constantFrom('[redacted: password]', '[redacted: ', ']'),
    fc.string({ maxLength: 10 }),
  );
  const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));

  it('changes nothing when done again', () => {
    fc.assert(
      fc.property(text, (given) => {
        const once = redact(given).text;
        assert.deepEqual(redact(once), { text: once, found: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every line break', () => {
    const breaks = (given: string) => given.replace(/[^\r\n]/g, '');
    fc.assert(
      fc.property(text, (given) => assert.equal(breaks(redact(given).text), breaks(given))),
      {
        numRuns: 500,
      },
    );
  });

  it('lets no secret through, whatever lines stand around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...positives),
        text,
        text,
        ([, before, secret, after = ''], above, below) => {
          // A key that never closes or an open quote may rightly take more than the secret itself.
          const given = redact(`${above}\n${before}${secret}${after}\n${below}`).text;
          assert.ok(
            !given.includes(`${before}${secret}`) || above.includes(secret) || below.includes(secret),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes time in proportion to the length, also for text made to be slow', () => {
    const nasty = [
      'eyJ',
      'sk-',
      'pwd=',
      'password:"',
      "password='",
      'token: ',
      `${begin(RSA)}\n`,
      `${begin(RSA)}`,
      '://a:',
      'AKIA',
      'ghp_',
      'SG.',
      '"',
      '\\n',
      'a',
      ' ',
      '+',
      '1',
      'authorization: bearer ',
      'glpat-',
      '\neyJ',
      'secret=a1+',
      '.',
      '-----',
    ];
    for (const piece of nasty) {
      const small = timed(piece.repeat(Math.ceil(32_000 / piece.length)));
      const large = timed(piece.repeat(Math.ceil(256_000 / piece.length)));
      // Eight times the length; sixty-four times the time would be quadratic. The floor hides the noise.
      assert.ok(large < Math.max(small, 8) * 32, `${JSON.stringify(piece)}: ${small} ms, then ${large} ms`);
    }
  });

  /** The quickest of three, since the machine may have been busy with something else. */
  function timed(given: string): number {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      redact(given);
      return performance.now() - start;
    });
    return Math.min(...times);
  }
});

describe('secret paths', () => {
  const secret = [
    '.env',
    '.env.local',
    '.env.production',
    'config/prod.env',
    'app/.ENV',
    '.envrc',
    'server.pem',
    'tls/server.key',
    'id_rsa',
    '.ssh/config',
    'home/.ssh/known_hosts',
    'id_ed25519',
    '.npmrc',
    'packages/a/.npmrc',
    '.netrc',
    '_netrc',
    'store.p12',
    'cert.pfx',
    'release.keystore',
    'credentials',
    'credentials.json',
    '.aws/config',
    'a/.aws/credentials',
    'google-credentials.json',
    'service-account.json',
    'service-account-prod.json',
    'my_service_account.json',
    'serviceAccountKey.json',
    'client_secret_123.json',
    'passwords.kdbx',
    '.git/config',
    'sub/.git/HEAD',
    '.git',
    'secrets.yml',
    'config/secrets.json',
    '.git-credentials',
    '.pypirc',
    '.pgpass',
    'terraform.tfstate',
    'prod.tfvars',
    'C:\\Users\\me\\.ssh\\id_rsa',
    '.docker/config.json',
    '.kube/config',
    'local.settings.json',
    '.dev.vars',
    '.env~',
    '.env_prod',
    '.env2',
    '.env.',
    '.env ',
    '.env::$DATA',
    'id_rsa.bak',
    'server.key~',
    'server.pem.old',
    'terraform.tfstate.backup',
    '.bash_history',
    'passwords.txt',
    '.vault_pass',
  ];
  const open = [
    '.env.example',
    '.env.sample',
    '.env.template',
    'apps/web/.env.dist',
    'src/env.ts',
    '.github/workflows/ci.yml',
    '.gitignore',
    '.gitattributes',
    'id_rsa.pub',
    'src/credentialsProvider.ts',
    'credentials.ts',
    'secrets.go',
    'docs/secrets.md',
    'key.ts',
    'keys.json',
    'src/monkey.js',
    'README.md',
    'config.json',
    'package.json',
    'environment.yml',
    'src/service-account.ts',
    'pem.py',
    '.envoy.yaml',
    'src/password.ts',
    'bash_history.md',
    '',
  ];
  for (const path of secret) it(`refuses ${path}`, () => assert.equal(isSecretPath(path), true));
  for (const path of open)
    it(`lets ${path || 'an empty path'} be read`, () => assert.equal(isSecretPath(path), false));
});
