// Prints the offences of Shopify's own theme checks as JSON: node theme_check.mjs <root of the extension>
import path from 'node:path';
import { themeCheckRun } from '@shopify/theme-check-node';

const root = path.resolve(process.argv[2]);
const { offenses } = await themeCheckRun(root, path.join(root, '.theme-check.yml'));
console.log(
  JSON.stringify(
    offenses.map(({ check, message, uri, start, severity }) => ({
      check,
      message,
      file: path.relative(root, new URL(uri).pathname),
      line: start.line + 1,
      severity,
    })),
  ),
);
