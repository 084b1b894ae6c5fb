// Lunr: its defaults (English stemmer and stop words, any word, BM25), the title counting twice. Punctuation is its query
// language and is taken out.
"use strict";
const lunr = require("lunr");

module.exports = documents => {
    const index = lunr(function () {
        this.ref("id");
        this.field("title", { boost: 2 });
        this.field("question");
        this.field("answers");
        for (const document of documents) this.add(document);
    });
    const plain = query => query.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    return {
        search: (query, limit) => index.search(plain(query)).slice(0, limit).map(hit => hit.ref),
        bytes: () => Buffer.byteLength(JSON.stringify(index)),
    };
};
