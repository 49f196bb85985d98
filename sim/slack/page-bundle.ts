import { join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, 'page');

let bundled: Promise<{ readonly status: 200 | 500; readonly html: string }> | null = null;

/** The page as one document, built when first asked for. */
export async function pageBundle(): Promise<{ readonly status: 200 | 500; readonly html: string }> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<{ status: 200 | 500; html: string }> {
  try {
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'main.tsx')],
      bundle: true,
      write: false,
      outdir: folder,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      minify: true,
      logLevel: 'silent',
      loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl' },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
    return { status: 200, html: document(text('.js'), text('.css')) };
  } catch (error) {
    bundled = null;
    const why = error instanceof Error ? error.message : String(error);
    const html = `<!doctype html><title>Slack stand-in</title><h1>The page does not build</h1><pre>${escape(why)}</pre>`;
    return { status: 500, html };
  }
}

/** A script ends at `</script`, a style sheet at `</style`, wherever those stand. */
const document = (script: string, style: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slack stand-in</title>
<style>${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="root"></div>
<script type="module">${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
