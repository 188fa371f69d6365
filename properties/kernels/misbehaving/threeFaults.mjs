export default { name: '', dtype: 'float16', declares: { expError: -1, stagePrecision: { logit: 'tf32' } } };
