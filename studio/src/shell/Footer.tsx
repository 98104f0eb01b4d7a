import { screenOf } from '../screens/index.ts';
import { sentence } from '../state/says.ts';
import { screen } from '../state/url.ts';

/** What the thing with the focus or under the pointer is. */
export function Footer() {
  return (
    <footer class="foot">
      <p>{sentence.value || screenOf(screen.value).says}</p>
    </footer>
  );
}
