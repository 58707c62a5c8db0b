a
(b;(c);
