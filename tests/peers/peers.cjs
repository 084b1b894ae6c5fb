// MiniSearch and Lunr on the same threads and queries: `node peers.cjs NAME CORPUS QUERIES` prints one measurement as
// JSON. Each runs in a process of its own, so that memory is its own. Fields and weights are those of the other peers.
"use strict";
const fs = require("node:fs");

const [name, corpusFile, queriesFile] = process.argv.slice(2);
const lines = file => fs.readFileSync(file, "utf8").split("\n").filter(line => line !== "");
const documents = lines(corpusFile).map((line, id) => ({ id, ...JSON.parse(line) }));
const queries = lines(queriesFile);
const fields = { title: 3, question: 1, answers: 0.8 };

const engines = {
    minisearch() {
        const MiniSearch = require("minisearch");
        const index = new MiniSearch({ fields: Object.keys(fields), storeFields: ["title"] });
        index.addAll(documents);
        const options = { boost: fields, prefix: (_, at, terms) => at === terms.length - 1 };
        return {
            search: query => index.search(query, options).slice(0, 10),
            bytes: () => Buffer.byteLength(JSON.stringify(index)),
        };
    },
    lunr() {
        const lunr = require("lunr");
        const index = lunr(function () {
            for (const [field, boost] of Object.entries(fields)) this.field(field, { boost });
            for (const document of documents) this.add(document);
        });
        const plain = query => query.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
        return {
            search: query => index.search(plain(query)).slice(0, 10),
            bytes: () => Buffer.byteLength(JSON.stringify(index)),
        };
    },
};

const heap = () => (global.gc(), process.memoryUsage().heapUsed);
const before = heap();
let begun = performance.now();
const engine = engines[name]();
const build_ms = performance.now() - begun;
const memory_bytes = heap() - before;
const times_ms = queries.map(query => {
    begun = performance.now();
    engine.search(query);
    return performance.now() - begun;
});
console.log(JSON.stringify({ times_ms, build_ms, memory_bytes, index_bytes: engine.bytes() }));
