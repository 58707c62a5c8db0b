// node-pg-migrate's library over many databases in one process, JOBS of them at work: what its own
// program does for one, without starting node for each.
//
//     node node_pg_migrate.mjs JOBS DIR < URLS
import { readFileSync } from "node:fs";
import { runner } from "node-pg-migrate";

const [jobs, dir] = process.argv.slice(2);
const urls = readFileSync(0, "utf8").trim().split("\n");

// One transaction per migration, as everybody else here; nothing is logged but errors.
const options = {
  dir,
  direction: "up",
  migrationsTable: "pgmigrations",
  singleTransaction: false,
  verbose: false,
  logger: { info() {}, warn: console.warn, error: console.error },
};

// Its "require" means encrypted and no more, as everywhere else.
const databaseUrl = (url) => `${url}&uselibpqcompat=true`;

async function work() {
  for (let url = urls.shift(); url !== undefined; url = urls.shift()) {
    try {
      await runner({ ...options, databaseUrl: databaseUrl(url) });
    } catch (error) {
      console.error(`${new URL(url).pathname}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}

await Promise.all(Array.from({ length: Number(jobs) }, work));
