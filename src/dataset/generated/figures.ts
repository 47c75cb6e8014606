/** The figures of drawings: houses, trees, suns, clouds, cats, fish, boats, flowers, balloons, robots, cups, mushrooms. No people. */
import { cosine, sine } from './exact.ts';
import { eye, type Figure, smile, star, white } from './figure.ts';
import { box, ellipse, roundBox } from './shape.ts';

const house: Figure = (pen, x, y, s, [wall, roof, door]) => {
  pen.part(box(x - s * 0.4, y - s * 0.6, s * 0.8, s * 0.6), wall);
  pen.part([x - s * 0.5, y - s * 0.6, x, y - s, x + s * 0.5, y - s * 0.6], roof);
  pen.part(box(x - s * 0.1, y - s * 0.35, s * 0.2, s * 0.35), door);
  for (const side of [-0.27, 0.27])
    pen.part(box(x + s * side - s * 0.08, y - s * 0.45, s * 0.16, s * 0.16), [205, 232, 250]);
};

const tree: Figure = (pen, x, y, s, [leaf]) => {
  pen.part(box(x - s * 0.07, y - s * 0.45, s * 0.14, s * 0.45), [134, 90, 52]);
  for (const [dx, dy, r] of [
    [-0.2, -0.6, 0.22],
    [0.2, -0.6, 0.22],
    [0, -0.8, 0.26],
  ] as const)
    pen.part(ellipse(x + s * dx, y + s * dy, s * r, s * r), leaf);
};

const sun: Figure = (pen, x, y, s, [color]) => {
  pen.part(star(x, y - s * 0.6, s * 0.5, s * 0.34, 12), [255, 196, 40]);
  pen.part(ellipse(x, y - s * 0.6, s * 0.3, s * 0.3), [255, 226, 90]);
  eye(pen, x - s * 0.1, y - s * 0.66, s * 0.05);
  eye(pen, x + s * 0.1, y - s * 0.66, s * 0.05);
  smile(pen, x, y - s * 0.55, s * 0.12);
  if (color[0] > 200) pen.part(ellipse(x - s * 0.18, y - s * 0.52, s * 0.05, s * 0.03), [255, 150, 120]);
};

const cloud: Figure = (pen, x, y, s) => {
  const points: number[] = [];
  for (let i = 0; i < 48; i++) {
    const t = i / 48;
    const r = 1 + 0.22 * Math.abs(sine(t * 3.5));
    points.push(x + cosine(t) * s * 0.5 * r, y - s * 0.5 + sine(t) * s * 0.24 * r);
  }
  pen.part(points, [244, 248, 255]);
};

const cat: Figure = (pen, x, y, s, [fur, inner, collar]) => {
  pen.part(
    [
      x + s * 0.25,
      y - s * 0.1,
      x + s * 0.5,
      y - s * 0.3,
      x + s * 0.46,
      y - s * 0.55,
      x + s * 0.54,
      y - s * 0.55,
      x + s * 0.6,
      y - s * 0.25,
      x + s * 0.3,
      y,
    ],
    fur,
  );
  pen.part(ellipse(x, y - s * 0.26, s * 0.3, s * 0.28), fur);
  for (const side of [-1, 1]) {
    pen.part([x + side * s * 0.26, y - s * 0.7, x + side * s * 0.24, y - s, x + side * s * 0.04, y - s * 0.86], fur);
    pen.part(
      [x + side * s * 0.22, y - s * 0.76, x + side * s * 0.21, y - s * 0.92, x + side * s * 0.1, y - s * 0.85],
      inner,
    );
  }
  pen.part(ellipse(x, y - s * 0.68, s * 0.3, s * 0.25), fur);
  pen.part(box(x - s * 0.2, y - s * 0.47, s * 0.4, s * 0.06), collar);
  eye(pen, x - s * 0.11, y - s * 0.72, s * 0.07);
  eye(pen, x + s * 0.11, y - s * 0.72, s * 0.07);
  pen.part([x - s * 0.04, y - s * 0.62, x + s * 0.04, y - s * 0.62, x, y - s * 0.58], [240, 130, 140]);
  for (const side of [-1, 1])
    for (const lift of [-0.04, 0.02])
      pen.line([x + side * s * 0.12, y - s * 0.6, x + side * s * 0.36, y - s * (0.6 - lift)]);
};

const fish: Figure = (pen, x, y, s, [body, fin]) => {
  pen.part(
    [x + s * 0.35, y - s * 0.4, x + s * 0.62, y - s * 0.6, x + s * 0.55, y - s * 0.4, x + s * 0.62, y - s * 0.2],
    fin,
  );
  pen.part(ellipse(x, y - s * 0.4, s * 0.42, s * 0.25), body);
  pen.part([x - s * 0.05, y - s * 0.62, x + s * 0.15, y - s * 0.8, x + s * 0.2, y - s * 0.6], fin);
  eye(pen, x - s * 0.24, y - s * 0.45, s * 0.07);
  smile(pen, x - s * 0.28, y - s * 0.34, s * 0.07);
};

const boat: Figure = (pen, x, y, s, [hull, sail, flag]) => {
  pen.line([x, y - s * 0.25, x, y - s]);
  pen.part([x + s * 0.04, y - s * 0.92, x + s * 0.04, y - s * 0.32, x + s * 0.42, y - s * 0.32], sail);
  pen.part([x - s * 0.04, y - s * 0.85, x - s * 0.04, y - s * 0.32, x - s * 0.3, y - s * 0.32], white);
  pen.part([x - s * 0.5, y - s * 0.25, x + s * 0.5, y - s * 0.25, x + s * 0.34, y, x - s * 0.34, y], hull);
  pen.part([x, y - s, x + s * 0.16, y - s * 0.95, x, y - s * 0.9], flag);
};

const flower: Figure = (pen, x, y, s, [petal, heart]) => {
  pen.line([x, y, x, y - s * 0.6]);
  pen.part(ellipse(x + s * 0.12, y - s * 0.2, s * 0.13, s * 0.05, -0.08), [92, 170, 70]);
  for (let i = 0; i < 6; i++)
    pen.part(
      ellipse(x + cosine(i / 6) * s * 0.18, y - s * 0.72 + sine(i / 6) * s * 0.18, s * 0.13, s * 0.11, i / 6),
      petal,
    );
  pen.part(ellipse(x, y - s * 0.72, s * 0.1, s * 0.1), heart);
};

const balloon: Figure = (pen, x, y, s, [skin, stripe, basket]) => {
  pen.part(ellipse(x, y - s * 0.65, s * 0.34, s * 0.38), skin);
  pen.part(ellipse(x, y - s * 0.65, s * 0.14, s * 0.38), stripe);
  for (const side of [-0.12, 0.12]) pen.line([x + s * side * 1.6, y - s * 0.32, x + s * side, y - s * 0.16]);
  pen.part(box(x - s * 0.13, y - s * 0.16, s * 0.26, s * 0.16), basket);
};

const robot: Figure = (pen, x, y, s, [metal, chest, lamp]) => {
  for (const side of [-1, 1]) {
    pen.part(box(x + side * s * 0.13 - s * 0.06, y - s * 0.2, s * 0.12, s * 0.2), metal);
    pen.part(roundBox(x + side * s * 0.33 - s * 0.06, y - s * 0.58, s * 0.12, s * 0.32, s * 0.05), metal);
  }
  pen.part(roundBox(x - s * 0.26, y - s * 0.62, s * 0.52, s * 0.44, s * 0.06), metal);
  pen.part(box(x - s * 0.15, y - s * 0.52, s * 0.3, s * 0.2), chest);
  pen.part(roundBox(x - s * 0.2, y - s * 0.95, s * 0.4, s * 0.3, s * 0.07), metal);
  pen.line([x, y - s * 0.95, x, y - s * 1.06]);
  pen.part(ellipse(x, y - s * 1.08, s * 0.04, s * 0.04), lamp);
  eye(pen, x - s * 0.09, y - s * 0.82, s * 0.06);
  eye(pen, x + s * 0.09, y - s * 0.82, s * 0.06);
};

const cup: Figure = (pen, x, y, s, [china, stripe]) => {
  pen.part(ellipse(x + s * 0.32, y - s * 0.32, s * 0.16, s * 0.18), china);
  pen.part(ellipse(x + s * 0.32, y - s * 0.32, s * 0.08, s * 0.1), white);
  pen.part([x - s * 0.32, y - s * 0.6, x + s * 0.32, y - s * 0.6, x + s * 0.24, y, x - s * 0.24, y], china);
  pen.part(
    [x - s * 0.3, y - s * 0.4, x + s * 0.3, y - s * 0.4, x + s * 0.28, y - s * 0.28, x - s * 0.28, y - s * 0.28],
    stripe,
  );
  pen.part(ellipse(x, y - s * 0.6, s * 0.32, s * 0.08), [110, 70, 40]);
  for (const side of [-0.1, 0.1])
    pen.line([x + s * side, y - s * 0.72, x + s * (side + 0.06), y - s * 0.82, x + s * side, y - s * 0.94]);
};

const mushroom: Figure = (pen, x, y, s, [cap]) => {
  pen.part(roundBox(x - s * 0.14, y - s * 0.5, s * 0.28, s * 0.5, s * 0.1), [246, 232, 208]);
  const dome: number[] = [];
  for (let i = 0; i <= 20; i++) dome.push(x - cosine(i / 40) * s * 0.45, y - s * 0.42 - sine(i / 40) * s * 0.5);
  pen.part(dome, cap);
  for (const [dx, dy, r] of [
    [-0.2, -0.6, 0.08],
    [0.05, -0.76, 0.09],
    [0.24, -0.56, 0.06],
  ] as const)
    pen.part(ellipse(x + s * dx, y + s * dy, s * r, s * r), white);
  eye(pen, x - s * 0.05, y - s * 0.3, s * 0.035);
  eye(pen, x + s * 0.05, y - s * 0.3, s * 0.035);
};

const gem: Figure = (pen, x, y, s, [color]) => {
  pen.part(star(x, y - s * 0.5, s * 0.5, s * 0.22, 5), color);
};

/** All figures. Adding one changes every drawing, so the corpus version must change. */
export const figures: readonly Figure[] = [
  house,
  tree,
  sun,
  cloud,
  cat,
  fish,
  boat,
  flower,
  balloon,
  robot,
  cup,
  mushroom,
  gem,
];
