// Pages of forms and tables that the server makes: administration, audit log, sharing, one's account.

import './frame.ts';
import '../style/admin.css';
