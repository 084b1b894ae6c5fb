// Orama: its defaults (any word, words that begin like it, BM25), the title counting twice as in its documentation. It
// keeps the documents.
"use strict";
const { create, insertMultiple, save, search } = require("@orama/orama");

module.exports = async documents => {
    const database = create({ schema: { title: "string", question: "string", answers: "string" } });
    await insertMultiple(database, documents);
    return {
        search: async (query, limit) =>
            (await search(database, { term: query, boost: { title: 2 }, limit })).hits.map(hit => hit.id),
        // Part by part: the whole may be longer than a string can be.
        bytes: () => Object.values(save(database)).reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0),
    };
};
