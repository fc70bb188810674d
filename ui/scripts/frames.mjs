// Writes the readers of a host's frames, `src/wire/frames.ts`, from the types that Rust has written: a field is read as its type
// says, and what the types do not say is in the two tables below. `node scripts/frames.mjs` writes the file, `--check` compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const WIRE = new URL("../src/wire/", import.meta.url);
const OUT = new URL("frames.ts", WIRE);

/** What is read more strictly than its type tells. */
const STRICTER = { "Entry.at": "moment" };

/** Values that go without saying, and are left out where they are said. */
const UNSAID = { Role: "member", Dialect: "v1" };

/** What a word of a later version is read as, where that is not "other": a role promises no more than everybody has. */
const LATER = { Role: "member" };

/** Variants that a later or an earlier version may have meant otherwise: what cannot be read is then like what is not known. */
const KEPT = { Entry: ["addressed", "edited", "removed", "reacted", "pinned"] };

const PLAIN = new Map([
  [ts.SyntaxKind.StringKeyword, "string"], [ts.SyntaxKind.NumberKeyword, "u32"], [ts.SyntaxKind.BooleanKeyword, "bool"],
]);

const primitives = new Set();
const types = new Set();
/** The text of each reader, under the name of its type, those that others need first. */
const readers = new Map();

/** The type that Rust has written under a name. */
function typeNamed(name) {
  const file = new URL(`generated/${name}.ts`, WIRE);
  const source = ts.createSourceFile(`${name}.ts`, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const alias = source.statements.find((statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === name);
  if (!alias) throw new Error(`${fileURLToPath(file)} has no type ${name}`);
  return { type: alias.type, source };
}

const lower = (name) => name.charAt(0).toLowerCase() + name.slice(1);

function primitive(name) {
  primitives.add(name);
  return name;
}

/** The expression that reads a type: the name of a function. */
function reader(type, source) {
  const plain = PLAIN.get(type.kind);
  if (plain) return primitive(plain);
  if (ts.isParenthesizedTypeNode(type)) return reader(type.type, source);
  if (!ts.isTypeReferenceNode(type)) throw new Error(`no reader for ${type.getText(source)}`);
  const name = type.typeName.text;
  if (name === "Array") {
    const item = reader(type.typeArguments[0], source);
    primitive("list");
    return { list: item };
  }
  const { type: target } = typeNamed(name);
  return PLAIN.has(target.kind) ? primitive(lower(name)) : readerNamed(name);
}

/** The function that reads a type of its own, written once. */
function readerNamed(name) {
  const call = lower(name);
  if (readers.has(name)) return call;
  readers.set(name, "");
  const { type, source } = typeNamed(name);
  types.add(name);
  const text = isWords(type) ? wordsReader(name, type) : structReader(name, type, source);
  readers.delete(name);
  readers.set(name, text);
  return call;
}

const isWords = (type) => ts.isUnionTypeNode(type) && type.types.every((word) => ts.isLiteralTypeNode(word));

function wordsReader(name, type) {
  const words = type.types.map((word) => word.literal.text);
  const word = words.includes("other") ? "other" : LATER[name];
  const later = word ? `, ${JSON.stringify(word)}` : "";
  primitive("oneOf");
  return `const ${lower(name)} = oneOf<${name}>({ ${words.map((word) => `${word}: true`).join(", ")} }${later});`;
}

function structReader(name, type, source) {
  primitive("object");
  return `function ${lower(name)}(value: unknown): ${name} {\n  const f = object(value);\n  return ${body(name, type, source)};\n}`;
}

/** The expression that makes a type from the fields `f`. */
function body(name, type, source) {
  if (ts.isParenthesizedTypeNode(type)) return body(name, type.type, source);
  if (ts.isTypeLiteralNode(type)) return `{ ${fields(name, type, source).join(", ")} }`;
  if (ts.isTypeReferenceNode(type)) return `${reader(type, source)}(f)`;
  if (ts.isIntersectionTypeNode(type)) {
    const parts = type.types.map((part) =>
      ts.isTypeLiteralNode(part) ? fields(name, part, source).join(", ") : `...${variants(name, part, source)}`);
    return `{ ${parts.join(", ")} }`;
  }
  return variants(name, type, source);
}

function fields(name, type, source) {
  return type.members.map((member) => {
    const key = member.name.text;
    if (ts.isLiteralTypeNode(member.type)) return `${key}: ${JSON.stringify(member.type.literal.text)} as const`;
    const stricter = STRICTER[`${name}.${key}`];
    const read = stricter ? primitive(stricter) : reader(member.type, source);
    if (typeof read === "object" && !member.questionToken) return `${key}: list(f[${JSON.stringify(key)}], ${read.list})`;
    if (typeof read === "object") {
      primitive("maybe");
      return `...maybe(${JSON.stringify(key)}, f, (value) => list(value, ${read.list}))`;
    }
    if (!member.questionToken) return `${key}: ${read}(f[${JSON.stringify(key)}])`;
    const unsaid = ts.isTypeReferenceNode(member.type) ? UNSAID[member.type.typeName.text] : undefined;
    primitive("maybe");
    return `...maybe(${JSON.stringify(key)}, f, ${read}${unsaid ? `, ${JSON.stringify(unsaid)}` : ""})`;
  });
}

/** A choice among variants that one field, its tag, tells apart. */
function variants(name, type, source) {
  if (ts.isParenthesizedTypeNode(type)) return variants(name, type.type, source);
  if (ts.isTypeReferenceNode(type)) return `${reader(type, source)}(f)`;
  if (!ts.isUnionTypeNode(type)) throw new Error(`${name}: no union: ${type.getText(source)}`);
  const call = `${lower(name)}Variant`;
  let tag = "";
  const cases = type.types.map((written) => {
    const { type: variant, source: where } = ts.isTypeReferenceNode(written) ? typeNamed(written.typeName.text) : { type: written, source };
    const first = tagOf(variant);
    tag = first.key;
    return { word: first.word, made: body(name, variant, where) };
  });
  const known = cases.filter(({ word }) => word !== "unknown");
  const later = cases.find(({ word }) => word === "unknown");
  primitive("string");
  if (!later) primitive("malformed");
  const lines = known.map(({ word, made }) => {
    const loose = KEPT[name]?.includes(word);
    if (loose) primitive("orUnknown");
    return `    case ${JSON.stringify(word)}:\n      return ${loose ? `orUnknown(() => (${made}))` : made};`;
  });
  lines.push(`    default:\n      return ${later ? later.made : "malformed()"};`);
  variantReaders.push(`function ${call}(f: Fields) {\n  switch (string(f[${JSON.stringify(tag)}])) {\n${lines.join("\n")}\n  }\n}`);
  return `${call}(f)`;
}

const variantReaders = [];

function tagOf(variant) {
  const literal = ts.isTypeLiteralNode(variant) ? variant : variant.types.find((part) => ts.isTypeLiteralNode(part));
  const member = literal.members.find((field) => ts.isLiteralTypeNode(field.type));
  return { key: member.name.text, word: member.type.literal.text };
}

readerNamed("ServerFrame");
const text = [
  "// The readers of a host's frames. Written by `npm run frames` from the types of the wire; never edit it.",
  ...[...types].sort().map((name) => `import type { ${name} } from "./generated/${name}";`),
  `import { type Fields, ${[...primitives].sort().join(", ")} } from "./read";`,
  "",
  ...[...readers.values(), ...variantReaders].map((reader) => `${reader}\n`),
  "export { serverFrame };",
  "",
].join("\n");

if (process.argv.includes("--check")) {
  if (readFileSync(OUT, "utf8") !== text) {
    console.error("src/wire/frames.ts is not what the types say: `npm run frames` writes it anew");
    process.exit(1);
  }
} else {
  writeFileSync(OUT, text);
}
