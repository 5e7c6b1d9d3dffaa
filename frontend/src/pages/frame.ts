// What every page has: the styles and the theme. The other pages import it first.

import '../style/tokens.css';
import '../style/frame.css';
import { find } from '../element.ts';
import { bindTheme } from '../theme.ts';

bindTheme(find('[data-action="theme"]'));
