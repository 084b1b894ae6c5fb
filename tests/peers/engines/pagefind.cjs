// Pagefind: custom records with the title as metadata, which it weighs by itself, and its defaults (English stemmer,
// every word must occur). Its own `pagefind.js` searches, as in a page; what that fetches is read from the folder it
// wrote, so that no network is in the times. A hit counts with the fragment that shows it.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL, fileURLToPath } = require("node:url");

/** Records on their way to the indexing process at once. */
const BATCH = 200;

async function write(documents, folder) {
    // A module, which Node does not look for in NODE_PATH.
    const module = path.join(process.env.NODE_PATH, "pagefind/lib/index.js");
    const pagefind = await import(pathToFileURL(module));
    const { index, errors } = await pagefind.createIndex({ forceLanguage: "en" });
    if (!index) throw new Error(errors.join("; "));
    const record = ({ id, title, question, answers }) =>
        index.addCustomRecord({
            url: `/${id}`,
            language: "en",
            content: [title, question, answers].join("\n"),
            meta: { title },
        });
    for (let at = 0; at < documents.length; at += BATCH) {
        const added = await Promise.all(documents.slice(at, at + BATCH).map(record));
        const failed = added.flatMap(({ errors }) => errors);
        if (failed.length > 0) throw new Error(failed[0]);
    }
    const written = await index.writeFiles({ outputPath: folder });
    await pagefind.close();
    if (written.errors.length > 0) throw new Error(written.errors[0]);
}

/** Loads the search that was written, and yields it with the memory of its wasm. */
async function load(folder) {
    let memory;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
        const made = await instantiate(...given);
        memory = (made.instance ?? made).exports.memory ?? memory;
        return made;
    };
    globalThis.fetch = async address => new Response(fs.readFileSync(fileURLToPath(String(address).split("?")[0])));
    fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    const pagefind = await import(pathToFileURL(path.join(folder, "pagefind.js")));
    await pagefind.init();
    return { pagefind, outside: () => memory?.buffer.byteLength ?? 0 };
}

/** Bytes of what a page searches with: without the interfaces that come beside it. */
function bytes(folder) {
    const searched = name => !/-ui\.|highlight|worker|package\.json/.test(name);
    return fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && searched(entry.name))
        .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

module.exports = async documents => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pagefind-"));
    const clear = () => fs.rmSync(folder, { recursive: true, force: true });
    process.once("exit", clear);
    await write(documents, folder);
    const { pagefind, outside } = await load(folder);
    return {
        search: async (query, limit) => {
            const { results } = await pagefind.search(query);
            const hits = await Promise.all(results.slice(0, limit).map(result => result.data()));
            return hits.map(hit => hit.raw_url.replace(/^\//, ""));
        },
        bytes: () => bytes(folder),
        outside,
    };
};
