// What every page has: the styles, the theme and the language. The other pages import it first.

import '../style/tokens.css';
import '../style/frame.css';
import { find } from '../dom/element.ts';
import { bindTheme } from '../dom/theme.ts';
import { bindLanguage } from '../i18n/language.ts';

bindTheme(find('[data-action="theme"]'));
bindLanguage(find('[data-action="language"]'));
