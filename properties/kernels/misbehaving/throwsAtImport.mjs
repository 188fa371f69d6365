throw new Error('no GPU here');
