// Makes what is packed beside the bundle: the types, with what they use of our libraries. Run by `npm pack`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const libs = join(root, 'libs');
const folder = join(libs, 'sdk');
const output = join(folder, 'dist/types');
const entry = join(folder, 'src/index.ts');
const sourceOf = (library) => join(libs, library, 'src/index.ts');

/** Declarations by the path of their source, as the compiler writes them. */
function declarations(program) {
  const made = new Map();
  const { diagnostics } = program.emit(
    undefined,
    (_path, text, _mark, _onError, sources) => made.set(sources[0].fileName, text),
    undefined,
    true,
  );
  const wrong = [...program.getSemanticDiagnostics(program.getSourceFile(entry)), ...diagnostics];
  if (wrong.length > 0)
    throw new Error(ts.formatDiagnostics(wrong, { ...host, getCanonicalFileName: String }));
  return made;
}

const host = { getCurrentDirectory: () => root, getNewLine: () => '\n' };

/** Where each exported name of a library is declared. */
function homesOf(program, library) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(sourceOf(library)));
  const homes = checker.getExportsOfModule(module).map((symbol) => {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return [symbol.name, real.declarations[0].getSourceFile().fileName];
  });
  return new Map(homes);
}

/** `types/<library>/<file>.d.ts` for a source, and the name under which another one imports it. */
const placeOf = (source) =>
  join(output, relative(libs, source).replace('/src/', '/').replace(/\.ts$/, '.d.ts'));
function nameFrom(source, target) {
  const path = relative(dirname(placeOf(source)), placeOf(target)).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Every import and export of a declaration file that names a module. */
function modulesIn(text) {
  const file = ts.createSourceFile('x.d.ts', text, ts.ScriptTarget.Latest, true);
  return file.statements.filter((statement) => statement.moduleSpecifier !== undefined);
}

/** Imports of a library become imports of the files that declare the names, so that only those are packed. */
function withoutLibraries(source, text, homesIn) {
  let rewritten = text;
  for (const statement of modulesIn(text)) {
    const [, library] = /^@skein\/(.+)$/.exec(statement.moduleSpecifier.text) ?? [];
    if (library === undefined) continue;
    const clause = statement.importClause?.namedBindings ?? statement.exportClause;
    const verb = ts.isImportDeclaration(statement) ? 'import type' : 'export type';
    const lines = clause.elements.map((element) => {
      const home = homesIn(library).get((element.propertyName ?? element.name).text);
      return `${verb} { ${element.getText().replace(/^type /, '')} } from '${nameFrom(source, home)}';`;
    });
    rewritten = rewritten.replace(statement.getText(), lines.join('\n'));
  }
  if (/@skein\/|import\(/.test(rewritten))
    throw new Error(`${source} names a library in a way that is not known here`);
  return rewritten;
}

/** Writes the declarations that the entry needs, and no others. */
function writeTypes() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // Sources of a library in node_modules would not be written.
  const paths = { '@skein/*': [join(libs, '*/src/index.ts')] };
  const program = ts.createProgram([entry], {
    ...options,
    ...{ paths, declaration: true, outDir: output, rootDir: libs },
  });
  const made = declarations(program);
  const homes = new Map();
  const homesIn = (library) =>
    homes.get(library) ?? homes.set(library, homesOf(program, library)).get(library);
  rmSync(output, { recursive: true, force: true });
  const written = new Set();
  const queue = [entry];
  for (const source of queue) {
    if (written.has(source)) continue;
    written.add(source);
    const text = withoutLibraries(source, made.get(source), homesIn);
    const place = placeOf(source);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    for (const { moduleSpecifier } of modulesIn(text)) {
      if (!moduleSpecifier.text.startsWith('.')) continue;
      const target = join(dirname(place), moduleSpecifier.text).replace(/\.js$/, '.d.ts');
      const found = [...made.keys()].find((known) => placeOf(known) === target);
      if (found === undefined) throw new Error(`${source} needs ${target}, which was not made`);
      queue.push(found);
    }
  }
}

await build();
writeTypes();
