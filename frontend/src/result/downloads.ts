// The result as files: tables and JSON from the server, the diagram as it is shown, and print.

import { html } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';

export class Downloads {
  readonly element: HTMLElement;
  private readonly base: string;
  private readonly csv = html('a', { class: 'button', download: '' }, 'CSV');
  private readonly excel = html('a', { class: 'button', download: '' }, 'Excel');

  /** url: of the result. */
  constructor(url: string, name: string) {
    this.base = url.replace(/\/result$/, '');
    const json = html('a', { class: 'button', href: url, download: `${name}.json` }, 'JSON');
    const print = html('button', { type: 'button' }, t('Print'));
    print.addEventListener('click', () => window.print());
    const pictures = (['SVG', 'PNG'] as const).map((kind) => {
      const button = html('button', { type: 'button', 'data-export': kind.toLowerCase() }, kind);
      button.addEventListener('click', async () => {
        const drawn = document.querySelector<SVGSVGElement>('.canvas svg[data-picture]');
        const { save } = await import('./image-export.ts');
        if (drawn) await save(drawn, name, kind);
      });
      return button;
    });
    this.element = html(
      'div',
      { class: 'exports', role: 'group', 'aria-label': t('Save the result') },
      ...pictures,
      this.excel,
      this.csv,
      json,
      print,
    );
  }

  /** Switches the downloads to this plan. */
  show(plan: number): void {
    this.csv.href = `${this.base}/dispatch.csv?plan=${plan}`;
    this.excel.href = `${this.base}/result.xlsx?plan=${plan}`;
  }
}
