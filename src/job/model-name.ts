/** Networks that have a recipe. */
export const modelNames = ['mlp', 'cnn', 'linear'] as const;

export type ModelName = (typeof modelNames)[number];
