// MiniSearch: its defaults (any word, whole words, BM25+), the title counting twice as in its documentation.
"use strict";
const MiniSearch = require("minisearch");

module.exports = documents => {
    const index = new MiniSearch({
        fields: ["title", "question", "answers"],
        storeFields: ["title"],
        searchOptions: { boost: { title: 2 } },
    });
    index.addAll(documents);
    return {
        search: (query, limit) => index.search(query).slice(0, limit).map(hit => hit.id),
        bytes: () => Buffer.byteLength(JSON.stringify(index)),
    };
};
