import './shell/tokens.css';
import './shell/shell.css';
import './parts/parts.css';
import { render } from 'preact';
import { Shell } from './shell/Shell.tsx';
import { followSettings } from './state/settings.ts';
import { followHash } from './state/url.ts';

followSettings();
followHash();
render(<Shell />, document.getElementById('app')!);
