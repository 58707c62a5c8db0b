a;
$x$ b $X$ $x