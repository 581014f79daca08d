// Rows a second into better-sqlite3, in WAL mode with FULL syncs: `node betterSqlite.mjs FILE SCHEMA.json`, where
// the schema holds the statements, the insert and a row. Prints one JSON line.
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

const [file, plan] = process.argv.slice(2);
const { statements, before, insert, rows, batch } = JSON.parse(readFileSync(plan, 'utf8'));
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -16384');
for (const statement of statements) db.exec(statement);
for (const { sql, parameters } of before) db.prepare(sql).run(...parameters);
const statement = db.prepare(insert);
const add = db.transaction((some) => {
  for (const row of some) statement.run(...row);
});
const start = performance.now();
for (let at = 0; at < rows.length; at += batch) add(rows.slice(at, at + batch));
console.log(JSON.stringify({ rate: (rows.length * 1000) / (performance.now() - start) }));
