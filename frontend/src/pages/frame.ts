// What every page has: the styles, the theme and the language. The other pages import it first.

import '../style/tokens.css';
import '../style/frame.css';
import { find } from '../element.ts';
import { bindLanguage } from '../language.ts';
import { bindTheme } from '../theme.ts';

bindTheme(find('[data-action="theme"]'));
bindLanguage(find('[data-action="language"]'));
