// An engine that comes from npm, on given threads and queries: `node peers.cjs ENGINE CORPUS QUERIES TIMED DEPTH`
// prints one measurement as JSON. CORPUS has a JSON object `{id, title, question, answers}` a line; QUERIES has a query
// a line, for each of which the best DEPTH are printed; TIMED has those that time is taken of.
//
// Each engine has a file in engines/ that says how it is set up. It builds from documents and yields `search(query,
// limit)`, which returns ids, `bytes()` of what would be stored, and `outside()` where it holds memory outside
// JavaScript's heap. Each runs in a process of its own, so that memory is its own.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** Milliseconds between two words on how far it is. */
const PROGRESS = 15_000;

/** What is asked for when time is taken: a page of results. */
const PAGE = 10;

const lines = file => fs.readFileSync(file, "utf8").replace(/\n$/, "").split("\n");
const heap = () => (global.gc(), process.memoryUsage().heapUsed);
const say = words => process.stderr.write(`  ${words}\n`);

/** Calls `work` with each query in turn, telling now and then how many are done. */
async function each(queries, doing, work) {
    let said = performance.now();
    for (const [at, query] of queries.entries()) {
        await work(query);
        if (performance.now() - said > PROGRESS) {
            said = performance.now();
            say(`${doing}: ${at + 1} of ${queries.length} queries`);
        }
    }
}

async function main([name, corpusFile, queriesFile, timedFile, depth]) {
    const build = require(path.join(__dirname, "engines", `${name}.cjs`));
    const before = heap();
    // Texts that the engine keeps are its own; the others are gone when memory is taken.
    let documents = lines(corpusFile).map(line => JSON.parse(line));
    let begun = performance.now();
    const engine = await build(documents);
    const build_ms = performance.now() - begun;
    say(`indexed ${documents.length} threads in ${(build_ms / 1e3).toFixed(1)} s`);
    documents = undefined;

    // The first round warms the compiler.
    const timed = lines(timedFile);
    await each(timed, "warming up", query => engine.search(query, PAGE));
    const times_ms = [];
    await each(timed, "timing", async query => {
        begun = performance.now();
        await engine.search(query, PAGE);
        times_ms.push(performance.now() - begun);
    });
    const memory_bytes = heap() - before + (engine.outside?.() ?? 0);
    const index_bytes = await engine.bytes();
    const rankings = [];
    await each(lines(queriesFile), "ranking", async query => {
        rankings.push(await engine.search(query, Number(depth)));
    });
    console.log(JSON.stringify({ times_ms, build_ms, memory_bytes, index_bytes, rankings }));
}

main(process.argv.slice(2)).catch(error => {
    console.error(error);
    process.exitCode = 1;
});
