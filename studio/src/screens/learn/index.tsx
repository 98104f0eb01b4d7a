import './learn.css';
import { screenOf } from '../index.ts';
import { lessonAddress, lessons } from './lessons.ts';
import { words } from './words.ts';

/** Short lessons: each leads to a screen with its numbers set, what to see there and a question. */
export default function Learn() {
  return (
    <>
      <header class="title">
        <h1>Learn</h1>
        <p class="lead">
          {lessons.length} short lessons, from one neuron to runs side by side. Each opens a screen with its numbers
          set, says what there is to see, and asks a question.
        </p>
      </header>
      <ol class="lessons">
        {lessons.map((lesson, i) => (
          <li key={lesson.id}>
            <a href={lessonAddress(lesson)}>
              <span class="count">{i + 1}</span>
              <span>
                <b>{lesson.title}</b>
                <span class="where">{screenOf(lesson.screen).title}</span>
                <span class="caption">{lesson.caption}</span>
              </span>
            </a>
          </li>
        ))}
      </ol>
      <section class="section" aria-labelledby="words">
        <div class="head">
          <h2 id="words">Words</h2>
        </div>
        <dl class="words">
          {words.map(([word, meaning]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
