# presend in a container: the built package without compilers or tests. Build it in a clean checkout:
#   docker build -t presend:0.1.0 .
#   docker run --rm -v "$PWD/runs:/data/runs" presend:0.1.0 run tradeoff --out /data/runs/first
# Node 22 is a long-term-support release; the packages of Debian 12 come with the image. Nothing secret is in it or in its build.
FROM node:22.21.1-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts ./scripts
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY models ./models
COPY experiments ./experiments
COPY datasets ./datasets
RUN npm run build
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:22.21.1-bookworm-slim
ENV NODE_ENV=production PRESEND_CACHE=/data/cache
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/models ./models
COPY --from=build /app/experiments ./experiments
COPY --from=build /app/datasets ./datasets
COPY LICENSE NOTICE THIRD_PARTY_LICENSES ./
RUN ln -s /app/dist/src/cli/main.js /usr/local/bin/presend && chmod +x dist/src/cli/main.js && mkdir -p /data/runs /data/cache /data/services && chown -R node:node /data
# The account that the image of Node has for programs; it owns only /data.
USER node
WORKDIR /data
VOLUME /data
ENTRYPOINT ["presend"]
CMD ["--help"]
