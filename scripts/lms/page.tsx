import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';

const style = `
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif }
body { margin: 0 auto; max-width: 76rem; padding: 1rem }
form { display: inline }
ul { padding-inline-start: 1.4rem }
li { margin-block: .35rem }
details > form, fieldset form { display: block; margin-block: .3rem }
table { border-collapse: collapse }
th, td { border: 1px solid; padding: .2rem .5rem; text-align: start; vertical-align: top }
.draft { border-inline-start: 4px solid #c60; padding-inline-start: .4rem }
.refusal { border: 2px solid #b00; padding: .5rem }
code { overflow-wrap: anywhere }
`;

/** A whole page of the stand-in. */
export const document = (title: string, content: Child) =>
  html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>{`${title} · Stand-in Open edX`}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <header>
          <a href="/">Stand-in Open edX</a>
        </header>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  )}`;
