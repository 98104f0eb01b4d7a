import './learn.css';
import { useEffect } from 'preact/hooks';
import { lesson } from '../../state/url.ts';
import { lessonAddress, lessons } from './lessons.ts';

/** The lesson that is read, above the screen it is about. */
export default function Banner() {
  const at = lessons.findIndex(({ id }) => id === lesson.value);
  const found = lessons[at];
  useEffect(() => document.getElementById('main')?.scrollTo({ top: 0 }), [found?.id]);
  if (!found) return null;
  const next = lessons[at + 1];
  const before = lessons[at - 1];
  return (
    <aside class="lesson" aria-label={`Lesson ${at + 1} of ${lessons.length}`}>
      <div class="row">
        <h2>
          {at + 1}. {found.title}
        </h2>
        <div class="row">
          {before && <a href={lessonAddress(before)}>Before</a>}
          {next && <a href={lessonAddress(next)}>Next: {next.title}</a>}
          <a href="#learn">All lessons</a>
        </div>
      </div>
      <p>{found.caption}</p>
      <details key={found.id}>
        <summary>{found.question}</summary>
        <p>{found.answer}</p>
      </details>
    </aside>
  );
}
