import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SETTINGS, STOP_BUDGET_MS } from '@skein/runtime';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { NODES } from './deploy/deployment.js';

interface Service {
  image: string;
  command?: string[];
  user?: string;
  read_only?: boolean;
  restart?: string;
  stop_grace_period?: string;
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
}

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const text = read('docker-compose.yml');
const compose = load(text, { schema: YAML11_SCHEMA }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);
const apps = Object.keys((JSON.parse(read('nest-cli.json')) as { projects: object }).projects);
const ours = apps.filter((name) => name !== 'sandbox');

/** The schema names its parts with the `id` of an older draft, and gives durations in Go's notation. */
function composeSchema(): ValidateFunction {
  const { $schema, ...schema } = JSON.parse(read('test/fixtures/compose-spec.json'), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as Record<string, unknown>;
  const formats = {
    duration: /^(\d+(us|ms|s|m|h))+$/,
    ports: true,
    expose: true,
    subnet_ip_address: true,
  } as const;
  expect($schema).toContain('json-schema.org');
  return new Ajv2019({ strict: false, allErrors: true, formats }).compile(schema);
}

describe('docker-compose.yml', () => {
  let validate: ValidateFunction;
  beforeAll(() => void (validate = composeSchema()));

  it('fits the Compose schema', () => {
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would not fit it with a misspelt word or a wrong value', () => {
    expect(validate({ services: { api: { image: 'skein', helthcheck: {} } } })).toBe(false);
    expect(validate({ services: { api: { image: 'skein', stop_grace_period: 'soon' } } })).toBe(false);
  });

  it.each(ours)('runs %s in a container of its own that can be asked how it is', (name) => {
    const service = compose.services[name];
    expect(service?.command).toEqual(['node', `apps/${name}/dist/main.js`]);
    expect(service?.healthcheck?.test.join(' ')).toContain('/health/ready');
    expect(service?.environment?.['SKEIN_HEALTH_PORT']).toBe('8080');
    expect(service?.restart).toBe('unless-stopped');
  });

  it.each(ours)('gives %s no rights and time to finish', (name) => {
    const service = compose.services[name];
    expect(service).toMatchObject({ user: 'node', read_only: true });
    expect(Number.parseInt(service?.stop_grace_period ?? '', 10) * 1000).toBeGreaterThan(STOP_BUDGET_MS);
  });

  it('leaves the sandbox out', () => {
    expect(Object.keys(compose.services)).not.toContain('sandbox');
    expect(services.filter(([, { environment }]) => environment?.['SKEIN_SANDBOX'] === 'off')).toHaveLength(
      ours.length,
    );
  });

  it('names apps that exist', () => {
    expect(readdirSync(new URL('apps/', ROOT)).sort()).toEqual([...apps].sort());
  });

  it('has three NATS servers, each with a configuration of its own', () => {
    const nats = services.filter(([, { image }]) => image.startsWith('nats:'));
    expect(nats.map(([name]) => name)).toEqual(NODES.map(({ name }) => name));
    for (const [name, { command }] of nats) expect(command).toEqual(['--config', `/config/${name}.conf`]);
  });

  it('starts services after tables and streams', () => {
    for (const name of ours)
      expect(compose.services[name]?.depends_on).toEqual({
        streams: { condition: 'service_completed_successfully' },
      });
  });

  it('holds no secret and no default for one', () => {
    const secret = /(PASSWORD|SECRET|TOKEN|KEY)/;
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    for (const [name, value] of values)
      if (secret.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    for (const [, value] of values)
      for (const [, login] of value.matchAll(/\/\/\w+:(.*?)@/g))
        expect(login).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    for (const [reference] of text.matchAll(/\$\{[^}]+\}/g))
      if (secret.test(reference)) expect(reference).toContain(':?');
  });

  it('sets only settings that exist', () => {
    const used = services.flatMap(([, { environment = {} }]) => Object.keys(environment));
    const unknown = used.filter((name) => name.startsWith('SKEIN_') && !Object.hasOwn(SETTINGS, name));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
