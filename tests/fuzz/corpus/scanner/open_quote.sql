a;
select E'b\