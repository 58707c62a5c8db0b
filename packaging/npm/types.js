'use strict';
// Prints the TypeScript types of the reports that docs/report.schema.json describes.
//
//   node types.js SCHEMA
const fs = require('node:fs');

const schema = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

const named = (name) => name.replace(/(^|_)([a-z])/g, (_, __, letter) => letter.toUpperCase());
const key = (name) => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : JSON.stringify(name));
const comment = ({description}, indent) => (description ? `${indent}/** ${description} */\n` : '');
const words = {string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null'};

function fail(node) {
  throw new Error(`${process.argv[2]}: nothing is known of ${JSON.stringify(node)}`);
}

function members(node, indent) {
  const lines = Object.entries(node.properties).map(([name, value]) => {
    const optional = (node.required ?? []).includes(name) ? '' : '?';
    return `${comment(value, indent)}${indent}${key(name)}${optional}: ${typeOf(value, indent)};\n`;
  });
  return lines.join('');
}

function ofWord(word, node, indent) {
  if (word === 'array') return node.maxItems === 0 ? '[]' : `Array<${typeOf(node.items, indent)}>`;
  if (word === 'object') return `{\n${members(node, `${indent}  `)}${indent}}`;
  return words[word] ?? fail(node);
}

function typeOf(node, indent) {
  if (node.$ref) return named(node.$ref.replace('#/$defs/', ''));
  if ('const' in node) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  const several = node.anyOf ?? node.oneOf;
  if (several) return several.map((one) => typeOf(one, indent)).join(' | ');
  return [node.type ?? fail(node)].flat().map((word) => ofWord(word, node, indent)).join(' | ');
}

for (const [name, node] of Object.entries(schema.$defs)) {
  console.log(`${comment(node, '')}export type ${named(name)} = ${typeOf(node, '')};\n`);
}
console.log(`/** ${schema.description} */`);
console.log(`export type Report = ${typeOf(schema, '')};`);
