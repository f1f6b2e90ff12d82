# The gateway, as a user that owns nothing but its data. To be run with a read-only file system:
#   docker build -t bursar .
#   docker run --rm -v bursar:/var/lib/bursar bursar init
#   docker run --read-only -v bursar:/var/lib/bursar -p 127.0.0.1:8787:8787 bursar
# docs/deployment.md says what belongs into the configuration.
FROM node:26-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
RUN install -d -o node -g node -m 700 /var/lib/bursar
USER node
WORKDIR /var/lib/bursar
VOLUME /var/lib/bursar
EXPOSE 8787
HEALTHCHECK --start-period=10s --interval=10s --timeout=3s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/bin.js"]
CMD ["serve"]
