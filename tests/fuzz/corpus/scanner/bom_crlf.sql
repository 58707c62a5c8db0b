a;
b;

'c
';