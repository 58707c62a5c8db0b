DROP TABLE after_copy, copied;
