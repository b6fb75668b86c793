/** The kernel's half of a blind vote, played in the browser: pairs in turn, sides as `sides` says, scores by share of wins. */

import type { Ballot, Cell, ClipScore, Score, Standing } from "../src/protocol.gen";

interface Vote {
  readonly vote: number;
  readonly first: number;
  readonly second: number;
  readonly winner: number | null;
}

export class FakeVotes {
  votes: Vote[] = [];
  private count = 0;

  constructor(
    private readonly cells: readonly Cell[],
    private readonly axes: readonly string[],
    private readonly pageOf: (gid: number) => number,
  ) {}

  ballot(gids: readonly number[]): Ballot {
    const among = this.cells.filter(({ gid, saved }) => saved && (!gids.length || gids.includes(gid)));
    if (among.length < 2) throw new Error("It takes two clips to compare.");
    const pairs = among.flatMap((a, n) => among.slice(n + 1).map((b) => [a, b] as const));
    const met = (a: Cell, b: Cell): number => this.votes.filter((one) => [one.first, one.second].includes(a.gid) && [one.first, one.second].includes(b.gid)).length;
    const next = pairs.reduce((least, pair) => (met(...pair) < met(...least) ? pair : least));
    // Every other vote has its sides the other way round.
    const [first, second] = this.votes.length % 2 ? [next[1], next[0]] : next;
    return { first, second, done: pairs.filter((pair) => met(...pair)).length, total: pairs.length };
  }

  vote(first: number, second: number, winner: number | null): number {
    this.votes.push({ vote: ++this.count, first, second, winner });
    return this.count;
  }

  unvote(vote: number): void {
    this.votes = this.votes.filter((one) => one.vote !== vote);
  }

  standing(): Standing {
    const clips = this.cells.flatMap((cell, n): ClipScore[] => {
      const score = this.score((gid) => gid === cell.gid);
      const { gid, label, prompt, seed, star, rating } = cell;
      return score ? [{ ...score, gid, label, prompt, seed, star, rating, page: this.pageOf(gid), cost: n % 3 ? 0.12 : 0, motion: 2.4 + n }] : [];
    });
    const axes = this.axes.map((axis, n) => {
      const valueOf = ({ label }: Cell): string => (label.split(" · ")[n] ?? "").replace(`${axis} `, "");
      const values = [...new Set(this.cells.map(valueOf))].flatMap((value) => {
        const score = this.score((gid) => this.cells.some((cell) => cell.gid === gid && valueOf(cell) === value));
        return score ? [{ ...score, value }] : [];
      });
      return { axis, values: values.sort((a, b) => b.score - a.score) };
    });
    return { votes: this.votes.length, clips: clips.sort((a, b) => b.score - a.score), left_out: 0, axes: axes.filter(({ values }) => values.length) };
  }

  private score(is: (gid: number) => boolean): Score | null {
    const mine = this.votes.filter(({ first, second }) => is(first) !== is(second));
    if (!mine.length) return null;
    const won = mine.reduce((sum, { winner }) => sum + (winner === null ? 0.5 : is(winner) ? 1 : 0), 0);
    const score = Math.log((won + 0.5) / (mine.length - won + 0.5));
    const spread = 2 / Math.sqrt(mine.length);
    return { score, low: score - spread, high: score + spread, votes: mine.length, group: 0 };
  }
}
