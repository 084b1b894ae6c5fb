// FlexSearch: a document index with its defaults (whole words, no stemmer), hits of the title before those of the
// question and the answers, as it orders fields. By default every word must occur, which hardly ever holds of a title in
// another thread; `suggest`, its documented way to find partial matches, is on.
"use strict";
const { Document } = require("flexsearch");

module.exports = documents => {
    const index = new Document({ document: { id: "id", index: ["title", "question", "answers"] } });
    for (const document of documents) index.add(document);
    return {
        search: (query, limit) =>
            index.search(query, { limit, suggest: true, merge: true }).slice(0, limit).map(hit => hit.id),
        bytes: async () => {
            let bytes = 0;
            await index.export((_, part) => (bytes += Buffer.byteLength(part ?? "")));
            return bytes;
        },
    };
};
