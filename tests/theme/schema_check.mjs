// Prints what Shopify's own JSON schemas say against the settings of blocks: node schema_check.mjs <root of the
// extension>. The theme checks hold them, but look at them in themes only.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';

const require = createRequire(createRequire(import.meta.url).resolve('@shopify/theme-check-node'));
const known = (name) => require(`@shopify/theme-check-docs-updater/data/${name}.json`);

// `strict` is about how a schema is written, and these are Shopify's.
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(known('setting'), 'setting.json');
const settings = ajv.compile({ ...known('settings'), $id: 'settings.json' });

const blocks = path.join(process.argv[2], 'blocks');
const faults = fs.readdirSync(blocks).flatMap((file) => {
  const [, json] = fs.readFileSync(path.join(blocks, file), 'utf8').match(/{% schema %}(.*){% endschema %}/s);
  settings(JSON.parse(json).settings);
  return (settings.errors ?? []).map(({ instancePath, message }) => ({ file, instancePath, message }));
});
console.log(JSON.stringify(faults));
