// A small GitHub: answers GraphQL operations over a few discussions, strictly by GitHub's published schema.
//
// `node github.mjs PACKAGES` listens on a free port of this machine and prints it. PACKAGES is the folder of the npm
// packages. An operation or a variable that the schema does not know comes back as errors, and so does an answer of ours
// that is none by the schema.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const packages = process.argv[2];
const { buildSchema, graphql } = createRequire(`${packages}/package.json`)("graphql");
const published = readFileSync(`${packages}/node_modules/@octokit/graphql-schema/schema.graphql`, "utf8");
// GitHub defines two fields of EnterpriseOwnerInfo twice.
const schema = buildSchema(published, { assumeValidSDL: true });

const viewer = { login: "helper[bot]" };
const bot = { __typename: "Bot", login: "helper" };
const ann = { __typename: "User", login: "ann" };

function comment(id, fields) {
  return {
    id,
    url: `https://github.com/berth-dev/berth/discussions/1#discussioncomment-${id}`,
    body: "Run `moor doctor`.",
    createdAt: "2026-11-01T10:00:00Z",
    lastEditedAt: null,
    deletedAt: null,
    isAnswer: false,
    isMinimized: false,
    upvoteCount: 1,
    authorAssociation: "NONE",
    author: ann,
    replies: connection([]),
    ...fields,
  };
}

/** A page of `nodes` that begins after the cursor, two nodes long at most: so that there is a second page. */
function connection(nodes) {
  return ({ after }) => {
    const begin = Number(after ?? 0);
    const end = begin + 2;
    return {
      nodes: nodes.slice(begin, end),
      pageInfo: { hasNextPage: end < nodes.length, endCursor: nodes.length ? String(end) : null },
    };
  };
}

const comments = [
  comment("10", { replies: connection([comment("11", { author: null, body: "Thanks!" })]) }),
  comment("12", { isAnswer: true, authorAssociation: "MEMBER", lastEditedAt: "2026-11-01T11:00:00Z" }),
  comment("13", { isMinimized: true }),
];

const discussions = [];

function discuss(title, body, author) {
  const number = discussions.length + 1;
  const url = `https://github.com/berth-dev/berth/discussions/${number}`;
  const createdAt = new Date().toISOString().replace(/\.\d+/, "");
  discussions.unshift({ number, url, title, body, author, createdAt, comments: connection(number === 1 ? comments : []) });
  return discussions[0];
}

discuss("Berth hangs", "It hangs.", ann);

const repository = {
  id: "R_1",
  isArchived: false,
  hasDiscussionsEnabled: true,
  discussionCategories: {
    nodes: [
      { id: "DIC_1", name: "Ideas", slug: "ideas", isAnswerable: false },
      { id: "DIC_2", name: "Q&A", slug: "q-a", isAnswerable: true },
    ],
  },
  discussions: (page) => connection(discussions)(page),
  discussion: ({ number }) => discussions.find((discussion) => discussion.number === number) ?? null,
};

const root = {
  viewer,
  repository: ({ owner, name }) => (`${owner}/${name}` === "berth-dev/berth" ? repository : null),
  createDiscussion: ({ input }) => {
    if (input.repositoryId !== "R_1" || input.categoryId !== "DIC_2") throw new Error("not here");
    return { discussion: discuss(input.title, input.body, bot) };
  },
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json", "x-oauth-scopes": "public_repo" });
    response.end(JSON.stringify(body));
  };
  if (request.url !== "/graphql" || request.method !== "POST") return answer(404, { message: "Not Found" });
  if (request.headers.authorization !== "Bearer secret") return answer(401, { message: "Bad credentials" });
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
  const result = await graphql({ schema, source: query, rootValue: root, variableValues: variables });
  if (result.errors) console.error(JSON.stringify(result.errors));
  answer(200, result);
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
