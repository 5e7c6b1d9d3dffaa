// The notice that figures may be out of date, and how old they are.

import { find, setText } from '../dom/element.ts';
import { duration } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Live } from '../live/follow.ts';
import { wording } from '../live/freshness.ts';

/** Shows the notice of what is followed live; the page calls the returned function twice a second. */
export function bindNotice(live: Pick<Live, 'notice'>): () => void {
  const element = find('[data-notice="stale"]');
  const text = find('[data-notice-text]', element);
  const age = find('[data-notice-age]', element);
  return () => {
    const notice = live.notice();
    element.hidden = !notice;
    document.body.toggleAttribute('data-stale', notice?.age !== undefined);
    if (!notice) return;
    setText(text, wording(notice));
    const old = notice.age === undefined ? undefined : duration(notice.age);
    setText(age, old ? t('The figures are %(age)s old.', { age: old }) : '');
  };
}
