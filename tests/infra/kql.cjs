// Queries in (JSON on stdin: {tables: {name: schema}, queries: [text]}), what Microsoft's own Kusto language service
// says of each out (JSON on stdout: a list of lists of sentences).
const fs = require("node:fs");
const path = require("node:path");

const home = path.dirname(require.resolve("@kusto/language-service-next/package.json"));
require(path.join(home, "bridge.min.js"));
require(path.join(home, "Kusto.Language.Bridge.min.js"));
const { KustoCode, GlobalState, Symbols } = Kusto.Language;

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const tables = Object.entries(asked.tables).map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema, null));
const database = new Symbols.DatabaseSymbol.ctor("app", tables);
const globals = GlobalState.Default.WithDatabase(database);

const told = asked.queries.map((query) => {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  const sentences = [];
  for (let position = 0; position < found.Count; position++) {
    sentences.push(found.getItem(position).Message);
  }
  return sentences;
});
process.stdout.write(JSON.stringify(told));
