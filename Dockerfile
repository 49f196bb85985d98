# Node 24 runs the TypeScript as it stands, so there is nothing to build: an image is the sources and their packages.
#
#   docker build -t netcheck:0.1.0 .                      bot, worker and remediator, each a command
#   docker build -t netcheck-demo --target demo .         the demo, with its stand-ins, Redis and Prometheus
FROM node:24-slim AS base
WORKDIR /app

FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM base AS demo
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-server prometheus \
 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
USER 1000:1000
ENTRYPOINT ["node", "cli/netcheck.js", "demo"]

FROM base AS netcheck
ENV NODE_ENV=production
# What the prober asks of the system: ping for path MTU, mtr for loss by hop, conntrack for its statistics. A copy of ping is
# without the capability that it is installed with: so it starts in pods that have none, and pings where anybody may.
RUN apt-get update \
 && apt-get install -y --no-install-recommends iputils-ping mtr-tiny conntrack \
 && rm -rf /var/lib/apt/lists/* \
 && cp /usr/bin/ping /usr/local/bin/ping
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY core core
COPY platform platform
COPY playbooks playbooks
COPY bot bot
COPY workers workers
COPY prober prober
COPY cli cli
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
ENTRYPOINT ["node", "cli/netcheck.js"]
CMD ["--help"]
