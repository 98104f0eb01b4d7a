import './shell/tokens.css';
import './shell/shell.css';
import './parts/parts.css';
import { render } from 'preact';
import { screenOf } from './screens/index.ts';
import { Shell } from './shell/Shell.tsx';
import { followSettings } from './state/settings.ts';
import { followHash, screen } from './state/url.ts';

followSettings();
followHash();
// On its way while the shell is drawn; the shell tells where it fails.
screenOf(screen.value)
  .load()
  .catch(() => undefined);
render(<Shell />, document.getElementById('app')!);
