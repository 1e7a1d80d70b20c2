import 'reflect-metadata';

/** Compiled, as the launcher loads it: an app has no package name to import it by. */
const OPEN_API = new URL('../../../apps/api/dist/openapi/openapi.js', import.meta.url);

/** The OpenAPI document of the api, made from its controllers without starting them. */
export async function openApiText(): Promise<string> {
  const api = (await import(OPEN_API.href)) as { buildOpenApi(): Promise<object> };
  return JSON.stringify(await api.buildOpenApi());
}
