create or replace function f() returns int begin atomic select case a when 1 then 2 end; select t.end, 1 as end; (case); begin; end; end; b;
create procedure end_date() begin atomic end; c